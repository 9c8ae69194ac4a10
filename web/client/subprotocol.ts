// How frames travel. The rest of the library knows one shape of frames, proto3 JSON; what becomes of it on the wire is
// decided here and in binary.ts, and nowhere else.

/** A subprotocol of the socket: JSON by default, or `binary` of `@ovation/client/binary`. */
export interface Subprotocol {
  /** Its name in the handshake. */
  readonly name: string;
  /** A frame as the socket takes it. */
  encode(frame: object): string | Uint8Array<ArrayBuffer>;
  /** A frame from what the socket gave; throws for what is none. */
  decode(data: unknown): object;
}

/** Text frames of proto3 JSON: what every browser's own tools show as it passes. */
export const json: Subprotocol = {
  name: "ovation.v1.json",
  encode: (frame) => JSON.stringify(frame),
  decode: (data) => JSON.parse(String(data)) as object,
};
