import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";

/** What `ovation serve --json` prints when it is ready. */
interface Ready {
  readonly listen: string;
  readonly links: Readonly<Record<"viewer" | "host" | "moderator" | "overlay", string>>;
}

const folder = () => mkdtempSync(join(tmpdir(), "ovation-e2e-data-"));

/** Settings of whoever runs the tests are not for the server under test. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OVATION_")));

/** The real binary with a data directory of its own. */
export class Server {
  #data = folder();
  #process: ChildProcess | undefined;
  #listen = "127.0.0.1:0";
  ready!: Ready;
  #more: readonly string[];

  /** `more` are flags of `ovation serve`. */
  constructor(...more: readonly string[]) {
    this.#more = more;
  }

  /** From the next start on it has other flags. */
  with(...more: readonly string[]): this {
    this.#more = more;
    return this;
  }

  /** Starts it; a second start is a restart on the same address with the same data. */
  async start(): Promise<this> {
    const flags = ["--data", this.#data, "--listen", this.#listen, "--grpc", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    const started = spawn(inject("binary"), ["serve", ...flags, "--room", "main", "--json", "--log-level", "error", ...this.#more], { env, stdio: ["ignore", "pipe", "inherit"] });
    this.#process = started;
    this.ready = await new Promise<Ready>((resolve, reject) => {
      let out = "";
      started.stdout?.on("data", (bytes: Buffer) => {
        out += bytes.toString();
        const [line, more] = out.split("\n");
        if (line && more !== undefined) resolve(JSON.parse(line) as Ready);
      });
      started.once("exit", (code) => reject(new Error(`ovation serve ended with ${code} before it was ready`)));
    });
    this.#listen = this.ready.listen;
    return this;
  }

  /** Ends it the way an operator does. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (!running || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once("exit", resolve));
    running.kill("SIGTERM");
    await ended;
  }

  /** Starts it on the same address as if it had never run. */
  async renew(): Promise<void> {
    await this.remove();
    this.#data = folder();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** A page of this server. */
  at(path: string): string {
    return new URL(path, this.ready.links.viewer).href;
  }

  /** The secret in a link. */
  token(who: "host" | "moderator" | "overlay"): string {
    return this.ready.links[who].split("#t=")[1] ?? "";
  }

  /** A token by this server's keys. */
  mint(role: "viewer" | "moderator", life: string, room = "main"): string {
    return execFileSync(inject("binary"), ["token", "mint", "--data", this.#data, "--role", role, "--room", room, "--life", life], { env, encoding: "utf8" }).trim();
  }

  /** A call of the gateway's HTTP API as the host. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.at(`/v1/rooms${path}`), {
      method,
      headers: { Authorization: `Bearer ${this.token("host")}`, "Content-Type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
