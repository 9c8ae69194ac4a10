// @ovation/client: a room of an Ovation server, live. connect() is the door; everything else is types.
export { OvationError } from "./errors";
export { memoryGuests, type GuestStore } from "./guest";
export type { Socket, SocketConstructor } from "./socket";
export type { Subprotocol } from "./subprotocol";
export type { Changed, Moderation, Modes, Prepared, QuestionRef } from "./moderate";
export { Room, type ConnectOptions, type RoomEvents } from "./room";
export type {
  Bloc,
  Claim,
  Comment,
  Cursor,
  HeartsEvent,
  HeldComment,
  Limits,
  Measure,
  Milestone,
  ModeratorQuestion,
  OnAir,
  OwnHeld,
  Pinned,
  PulsePoint,
  Question,
  QuestionList,
  QuestionState,
  Reported,
  Role,
  RoomInfo,
  RoomState,
  Similar,
  Standing,
  Status,
  Unsubscribe,
  View,
  You,
} from "./types";

import { Room, type ConnectOptions } from "./room";

/** Goes into a room. It comes back by itself after every interruption, until `close()` or the server says stop. */
export function connect(options: ConnectOptions): Room {
  return new Room(options);
}
