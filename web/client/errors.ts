import type { Question } from "./types";

/** A refusal, by the server or by this library. Switch on `reason`; show `message` to a person. */
export class OvationError extends Error {
  override readonly name = "OvationError";

  constructor(
    /** One of the reasons of docs/protocol.md, or TIMEOUT, CLOSED, TOKEN_UNAVAILABLE from this library. */
    readonly reason: string,
    message: string,
    /** Milliseconds after which trying again makes sense; 0 when waiting does not help. */
    readonly retryAfterMs = 0,
    /** Field that was wrong; empty when no single one was. */
    readonly field = "",
    /** REVISION_MISMATCH and WRONG_STATE, to moderators: the question as it stands, its id, state and revision alone. */
    readonly question?: Question,
  ) {
    super(message);
  }
}
