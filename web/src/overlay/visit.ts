import { connect, type Room } from "../../client";

/** How long before a visit that was ended is begun again: a room that is not there yet may come. */
const againMs = 10_000;

/** Stays in a room for as long as the page is open, whatever the server says: an overlay waits, it never reports. */
export function stay(room: string, token: string, entered: (room: Room) => void): void {
  const visit = connect({ room, client: "overlay", guests: null, maxComments: 50, ...(token && { token }) });
  entered(visit);
  visit.on("status", (status) => {
    if (status.state === "closed") setTimeout(() => stay(room, token, entered), againMs);
  });
}
