import type { Question } from "./types";

/** Where reasons are explained. */
const docs = "https://github.com/ovation-live/ovation/blob/main/docs/";

/** Reasons that only this library gives; docs/embedding.md explains them. */
const own: readonly string[] = ["TIMEOUT", "CLOSED", "TOKEN_UNAVAILABLE", "BAD_URL", "LOST", "SILENT", "RENAME", "OFFLINE", "CAPTIVE_PORTAL", "UPGRADE_BLOCKED"];

/** A refusal, by the server or by this library. Switch on `reason`; show `message` to a person. */
export class OvationError extends Error {
  override readonly name = "OvationError";

  constructor(
    /** One of the reasons of docs/protocol.md, or of this library: TIMEOUT, CLOSED or BAD_URL. */
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

  /** Address of the words that explain the reason, and say what to do. */
  get doc(): string {
    return `${docs}${own.includes(this.reason) ? "embedding" : "protocol"}.md#${this.reason}`;
  }
}
