/** Where a guest's token and name are kept, so that a reload is the same person. Storage may be blocked: then it is not. */
export interface GuestStore {
  load(room: string): { token: string; name: string };
  save(room: string, guest: { token: string; name: string }): void;
}

const key = (room: string) => `ovation.guest.${room}`;

/** localStorage, one entry a room; silent where the browser forbids it. */
export const browserGuests: GuestStore = {
  load(room) {
    try {
      const kept = JSON.parse(localStorage.getItem(key(room)) ?? "{}") as { token?: unknown; name?: unknown };
      return { token: typeof kept.token === "string" ? kept.token : "", name: typeof kept.name === "string" ? kept.name : "" };
    } catch {
      return { token: "", name: "" };
    }
  },
  save(room, guest) {
    try {
      localStorage.setItem(key(room), JSON.stringify(guest));
    } catch {
      // The visit goes on; only the next one will be another guest.
    }
  },
};

/** A store that forgets with the page: for tests, Node, and whoever wants no trace. */
export function memoryGuests(): GuestStore {
  const kept = new Map<string, { token: string; name: string }>();
  return {
    load: (room) => kept.get(room) ?? { token: "", name: "" },
    save: (room, guest) => void kept.set(room, guest),
  };
}
