import WebSocket from "ws";
import { connect, type Room, type SocketConstructor } from "../client";
import type { Server } from "./server";

/** A crowd in Node: so many hearts and comments a second, by people of the room whom no limit holds back. */
export class Crowd {
  readonly #rooms: Room[] = [];
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #comments = 0;
  /** The numbers of the comments in the room's order: on a busy machine what is sent at once is not always taken in turn. */
  readonly order: number[] = [];
  /** While it is set nobody does anything. */
  quiet = false;

  private constructor(
    private readonly server: Server,
    private readonly id: string,
  ) {}

  /** Makes the room, with limits so wide that a few sockets can be a crowd. */
  static async make(server: Server, id: string): Promise<Crowd> {
    await server.api("POST", "", { room: id, title: "A crowd", settings: { heartCap: 1_000_000, tapsPerSecond: 100, tapBurst: 400, displayBudget: 60 } });
    return new Crowd(server, id);
  }

  /** Hearts and comments a second, until `stop`. */
  async play(hearts: number, comments: number): Promise<void> {
    const people = Math.max(1, Math.ceil(hearts / 50));
    for (let i = 0; i < people; i++) this.#enter({ name: `Fan ${i}` });
    const writer = this.#enter({ token: this.server.mint("moderator", "6h", this.id) });
    this.#rooms[0]!.comments.subscribe((all) => this.order.push(...all.map((c) => Number(/^Comment (\d+)/.exec(c.text)?.[1]))));
    await Promise.all(this.#rooms.map((room) => new Promise<void>((resolve) => room.on("view", (view) => view.loaded && resolve()))));
    const kinds = ["heart", "clap", "fire"];
    for (const room of this.#rooms.slice(0, people)) {
      let turn = Math.floor(Math.random() * 3);
      this.#timers.push(setInterval(() => this.quiet || room.hearts.tap(kinds[turn++ % 3], Math.max(1, Math.round(hearts / people / 5))), 200));
    }
    if (comments > 0) {
      this.#timers.push(
        setInterval(() => {
          if (this.quiet) return;
          const text = `Comment ${this.#comments++}: ${"so it goes on and on ".repeat(this.#comments % 4)}`;
          writer.comments.post(text).catch(() => undefined); // the last ones, when the crowd leaves
        }, 1000 / comments),
      );
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const room of this.#rooms) room.close();
  }

  #enter(who: { name?: string; token?: string }): Room {
    const room = connect({ room: this.id, url: this.server.at("/v1/ws").replace("http", "ws"), guests: null, client: "canary", WebSocket: WebSocket as unknown as SocketConstructor, ...who });
    this.#rooms.push(room);
    return room;
  }
}
