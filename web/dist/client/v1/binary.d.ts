// Types of the protobuf subprotocol of the Ovation client library, version 1.
import type { Subprotocol } from "./ovation.js";
/** Binary frames of protobuf: about half the bytes of JSON, for several times the work of reading them. */
export declare const binary: Subprotocol;
