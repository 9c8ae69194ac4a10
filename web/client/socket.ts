/** The part of the browser's WebSocket that is used; Node users hand in a constructor with it. */
export interface Socket {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

/** Constructor of a socket, as the browser's `WebSocket`. */
export type SocketConstructor = new (url: string, protocols: string | string[]) => Socket;
