import WebSocket from "ws";
import { connect, type Room, type SocketConstructor } from "../../client";
import type { Server } from "../server";

const questions = 20;
const voters = 4;

/** Questions that are voted on and come and go on air, at an even pace, so that nothing of a show piles up by itself. */
export class Busy {
  readonly #rooms: Room[] = [];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  /** While it is set nobody does anything. */
  quiet = false;
  /** What was done, and what failed of it: a load that fails is none. */
  done = 0;
  failed = 0;

  /** Asks and opens the questions, and begins. */
  static async begin(server: Server, id: string): Promise<Busy> {
    const busy = new Busy();
    const host = await busy.#enter(server, id, { token: server.mint("moderator", "6h", id) });
    const ids: string[] = [];
    for (let i = 0; i < questions; i++) {
      const q = await host.questions.ask(`Question ${i}: ${"what happens then and ".repeat(i % 4)}why?`);
      await host.moderate.approve(q);
      ids.push(q.id);
    }
    const people = await Promise.all(Array.from({ length: voters }, (_, i) => busy.#enter(server, id, { name: `Voter ${i}` })));
    let turn = 0;
    busy.#every(500, () => {
      const voter = people[turn % voters]!;
      const at = ids[Math.floor(turn / voters) % questions]!;
      turn++;
      return voter.questions.vote(at, !voter.view.voted.has(at));
    });
    let shown = 0;
    busy.#every(4000, async () => {
      const before = host.view.moderation.get(ids[shown % questions]!)!;
      if (before.state === "answering") await host.moderate.unhighlight(before);
      const q = host.view.moderation.get(ids[++shown % questions]!)!;
      await host.moderate.highlight(q);
      const said = host.view.comments.at(-1);
      await host.moderate.onAir(shown % 3 === 0 && said ? { comment: said.id } : shown % 3 === 1 ? { question: q.id } : {});
      if (said) await host.moderate.pin(said.id);
    });
    return busy;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const room of this.#rooms) room.close();
  }


  #every(ms: number, what: () => Promise<unknown>): void {
    this.#timers.push(
      setInterval(() => {
        if (this.quiet) return;
        what().then(
          () => this.done++,
          () => this.failed++,
        );
      }, ms),
    );
  }

  async #enter(server: Server, id: string, who: { name?: string; token?: string }): Promise<Room> {
    const room = connect({ room: id, url: server.at("/v1/ws").replace("http", "ws"), guests: null, client: "canary", WebSocket: WebSocket as unknown as SocketConstructor, ...who });
    this.#rooms.push(room);
    await new Promise<void>((resolve) => room.on("view", (view) => view.loaded && resolve()));
    return room;
  }
}
