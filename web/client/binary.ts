// @ovation/client/binary: the protobuf subprotocol, for `connect({ subprotocol: binary })`. It is an entry of its own,
// because it brings the protobuf runtime along: whoever speaks JSON loads none of it.
import { fromBinary, fromJson, toBinary, toJson, type JsonValue } from "@bufbuild/protobuf";
import { ClientFrameSchema, ServerFrameSchema } from "./gen/ovation/gateway/v1/gateway_pb";
import type { Subprotocol } from "./subprotocol";

/** Binary frames of protobuf: about half the bytes of JSON, for several times the work of reading them. */
export const binary: Subprotocol = {
  name: "ovation.v1.proto",
  encode: (frame) => toBinary(ClientFrameSchema, fromJson(ClientFrameSchema, frame as JsonValue)),
  decode: (data) => toJson(ServerFrameSchema, fromBinary(ServerFrameSchema, new Uint8Array(data as ArrayBuffer))) as object,
};
