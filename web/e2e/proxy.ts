import { createServer, request, type IncomingMessage, type Server as Http, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** What stands between a page and the server. */
export type Between = "nothing" | "portal" | "no-upgrade" | "silence";

/** A proxy as hotels, offices and lifts have them. Change `is` while the page is open. */
export class Proxy {
  is: Between = "nothing";
  /** How often a socket was asked for. */
  tries = 0;
  readonly #http: Http;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly to: URL) {
    this.#http = createServer((asked, answer) => this.#pass(asked, answer));
    this.#http.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    this.#http.on("upgrade", (asked: IncomingMessage, socket: Socket, head: Buffer) => this.#upgrade(asked, socket, head));
  }

  static async to(address: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(address));
    await new Promise<void>((resolve) => proxy.#http.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The same page through the proxy. */
  at(address: string): string {
    const url = new URL(address);
    url.port = String((this.#http.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts what is open. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#http.close();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    if (this.is === "portal") {
      answer.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><h1>Welcome to the hotel. Sign in.</h1>");
      return;
    }
    if (this.is === "silence") {
      asked.socket.destroy();
      return;
    }
    const on = request({ host: this.to.hostname, port: this.to.port, path: asked.url, method: asked.method, headers: { ...asked.headers, host: this.to.host } }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    on.on("error", () => answer.destroy());
    asked.pipe(on);
  }

  #upgrade(asked: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on("error", () => undefined);
    this.tries++;
    if (this.is === "silence") {
      socket.destroy();
      return;
    }
    if (this.is !== "nothing") {
      const body = this.is === "portal" ? "<h1>Sign in</h1>" : "";
      socket.end(`HTTP/1.1 ${this.is === "portal" ? "200 OK" : "400 Bad Request"}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
      return;
    }
    const on = connect(Number(this.to.port), this.to.hostname, () => {
      const { host: _, origin: __, ...rest } = asked.headers;
      const lines = Object.entries({ ...rest, host: this.to.host, origin: this.to.origin }).map(([name, value]) => `${name}: ${String(value)}`);
      on.write(`GET ${asked.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      on.write(head);
      on.pipe(socket).pipe(on);
    });
    on.on("error", () => socket.destroy());
    socket.on("close", () => on.destroy());
    this.#sockets.add(on);
    on.on("close", () => this.#sockets.delete(on));
  }
}
