import fc from "fast-check";
import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { binary } from "../binary";
import { ClientFrameSchema, ServerFrameSchema, type ClientFrameJson, type ServerFrameJson } from "../gen/ovation/gateway/v1/gateway_pb";
import { applySnapshot, applyTick, empty } from "../state";
import { json } from "../subprotocol";

/** A server's frame on the wire of either subprotocol. */
function sent(frame: ServerFrameJson): { text: string; bytes: ArrayBuffer } {
  const message = fromJson(ServerFrameSchema, frame as never);
  return { text: JSON.stringify(toJson(ServerFrameSchema, message)), bytes: toBinary(ServerFrameSchema, message).slice().buffer as ArrayBuffer };
}

const snapshot: ServerFrameJson = {
  snapshot: {
    cursor: { epoch: "e1", log: "9007199254740993", state: "7" },
    room: { room: "launch", title: "Launch", state: "live", kinds: ["heart", "clap"], slowModeSeconds: 5, startedMs: "1795462943413" },
    hearts: { heart: "1204", clap: "3" },
    viewers: "812",
    comments: [{ comment: "c1", person: "p1", name: "Ünal", role: "viewer", text: "שלום 👋", atMs: "1795463002343", place: "12" }],
    questions: [{ question: "q1", text: "When?", state: "open", revision: "2", votes: "14", votesUpto: "88", askedMs: "1" }],
    notShown: "14",
    atMs: "1795463003000",
    status: {},
  },
};
const tick: ServerFrameJson = {
  tick: { cursor: { epoch: "e1", log: "9007199254740994", state: "7" }, hearts: { heart: "1260" }, viewers: "815", removed: ["c1"], votes: [{ question: "q1", votes: "15", upto: "91" }], notShown: "20" },
};

test("both subprotocols give the same view, also where positions pass what a double can hold", () => {
  const view = (read: (frame: ServerFrameJson) => ServerFrameJson) => applyTick(applySnapshot(empty, read(snapshot).snapshot!), read(tick).tick!);
  const text = view((frame) => json.decode(sent(frame).text) as ServerFrameJson);
  const bytes = view((frame) => binary.decode(sent(frame).bytes) as ServerFrameJson);
  expect(bytes).toEqual(text);
  expect(text.cursor?.log).toBe("9007199254740994");
  expect(text.hearts).toEqual({ heart: 1260, clap: 3 });
});

test("a client's frame is the same message in either subprotocol", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 1000 }), fc.boolean(), (text, count, up) => {
      const frames: ClientFrameJson[] = [
        { hello: { room: "launch", name: text, cursor: { epoch: "e", log: String(count), state: "0" }, client: "viewer" } },
        { tap: { kind: "heart", count } },
        { id: "1", post: { requestId: "r", text, replyTo: "", streamTimeMs: "0" } },
        { id: "2", vote: { question: "q", up } },
        { id: "3", moderate: { requestId: "r", reject: { question: "q", revision: String(count), reason: text } } },
      ];
      for (const frame of frames) {
        const bytes = fromBinary(ClientFrameSchema, binary.encode(frame) as Uint8Array);
        const told = fromJson(ClientFrameSchema, JSON.parse(json.encode(frame) as string));
        expect(bytes).toEqual(told);
      }
    }),
  );
});

test("fields and bodies of a newer server are passed over; what is no frame is refused", () => {
  const unknown = new Uint8Array([0xfa, 0x3f, 2, 8, 1]); // field 1023, a message
  expect(binary.decode(unknown.buffer)).toEqual({});
  const known = new Uint8Array(sent(tick).bytes);
  expect(binary.decode(new Uint8Array([...known, ...unknown]).buffer)).toEqual(binary.decode(known.buffer));
  expect(() => binary.decode(new Uint8Array([0xff]).buffer)).toThrow();
});
