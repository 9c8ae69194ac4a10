/** The part of the browser's WebSocket that is used; Node users hand in a constructor with it. */
export interface Socket {
  readonly readyState: number;
  /** Set to "arraybuffer" before anything comes. */
  binaryType?: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Constructor of a socket, as the browser's `WebSocket`. */
export type SocketConstructor = new (url: string, protocols: string | string[]) => Socket;
