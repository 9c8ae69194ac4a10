import type { AckJson, ClientFrameJson, FaultJson } from "./gen/ovation/gateway/v1/gateway_pb";
import { OvationError } from "./errors";
import type { AckOf } from "./state";
import { num, toQuestion } from "./wire";

/** How long a request is kept over reconnects; the server knows its request id for longer. */
const patienceMs = 90_000;
/** Requests under way at once; the server takes eight. */
const atOnce = 6;

interface Call {
  readonly frame: ClientFrameJson;
  readonly of: AckOf;
  readonly resolve: (ack: AckJson) => void;
  readonly reject: (error: OvationError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** When it went out on the present socket; 0 when it did not. */
  sentMs: number;
}

/**
 * Requests that wait for their ack, by id. They outlive sockets: what was not answered is sent again on the next one with
 * the same request id, so that it is done once however often the connection breaks.
 */
export class Calls {
  #calls = new Map<string, Call>();
  #last = 0;
  #closed: OvationError | undefined;
  #send: (frame: ClientFrameJson) => boolean;

  constructor(send: (frame: ClientFrameJson) => boolean) {
    this.#send = send;
  }

  /** Sends a verb now or when there is a socket again; settles with its ack or fault, or after 90 s. */
  request(body: ClientFrameJson, of: AckOf = ""): Promise<AckJson> {
    if (this.#closed) return Promise.reject(this.#closed);
    const id = String(++this.#last);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new OvationError("TIMEOUT", "No answer came. Check the connection and try again."));
      }, patienceMs);
      this.#calls.set(id, { frame: { ...body, id }, of, resolve, reject, timer, sentMs: 0 });
      this.flush();
    });
  }

  /** Sends what has not been sent on this socket, in order. */
  flush(): void {
    let under = 0;
    for (const call of this.#calls.values()) {
      if (under++ >= atOnce) return;
      if (call.sentMs === 0 && this.#send(call.frame)) call.sentMs = Date.now();
    }
  }

  /** The socket is gone: everything unanswered goes out again on the next. */
  lost(): void {
    for (const call of this.#calls.values()) call.sentMs = 0;
  }

  /** Milliseconds that the oldest request on this socket has waited; 0 when none waits. */
  waitingMs(now: number): number {
    let longest = 0;
    for (const call of this.#calls.values()) if (call.sentMs > 0) longest = Math.max(longest, now - call.sentMs);
    return longest;
  }

  /** Whether requests are unanswered. */
  get size(): number {
    return this.#calls.size;
  }

  /** Settles the call of an ack; gives what it was and how long it took, or undefined for an id of nobody. */
  acked(ack: AckJson): { of: AckOf; tookMs: number; settle: () => void } | undefined {
    const call = this.#take(ack.id);
    if (!call) return undefined;
    return { of: call.of, tookMs: Date.now() - call.sentMs, settle: () => call.resolve(ack) };
  }

  /** Settles the call of a fault; false for an id of nobody. */
  refused(fault: FaultJson): boolean {
    const call = this.#take(fault.id);
    call?.reject(toError(fault));
    return call !== undefined;
  }

  /** Nothing will be answered any more, nor asked. */
  close(error: OvationError): void {
    this.#closed = error;
    for (const call of this.#calls.values()) {
      clearTimeout(call.timer);
      call.reject(error);
    }
    this.#calls.clear();
  }

  #take(id: string | undefined): Call | undefined {
    const call = this.#calls.get(id ?? "");
    if (!call) return undefined;
    clearTimeout(call.timer);
    this.#calls.delete(id!);
    this.flush();
    return call;
  }
}

/** The typed error of a fault frame. */
export function toError(f: FaultJson): OvationError {
  return new OvationError(
    f.reason ?? "INTERNAL",
    f.message ?? "",
    num(f.retryAfterMs),
    f.field ?? "",
    f.question ? toQuestion(f.question) : undefined,
  );
}
