import type { Socket, SocketConstructor } from "../../client";

/** A frame that passed. */
export interface Passed {
  readonly sent: boolean;
  readonly text: string;
}

/** A socket constructor that tells of each frame that passes, and changes nothing. */
export function recorder(Base: SocketConstructor, tell: (passed: Passed) => void): SocketConstructor {
  return class {
    constructor(url: string, protocols: string | string[]) {
      const socket = new Base(url, protocols) as Socket & EventTarget;
      socket.addEventListener("message", (event) => tell({ sent: false, text: String((event as MessageEvent).data) }));
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        tell({ sent: true, text: String(data).replace(/"token":"[^"]*"/, '"token":"…"') }); // a screen may be shared
        send(data);
      };
      return socket;
    }
  } as unknown as SocketConstructor;
}
