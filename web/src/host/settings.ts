import type { ApiRoom, Settings } from "../lib/api";

/** What a host can change, as the form holds it: text as it was typed. */
export interface Draft {
  title: string;
  kinds: string;
  labels: string;
  guests: boolean;
  anonymousQuestions: boolean;
  openQuestions: boolean;
  commentMode: NonNullable<Settings["commentMode"]>;
  slowModeSeconds: string;
  displayBudget: string;
  heartCap: string;
  questionRanking: NonNullable<Settings["questionRanking"]>;
  answeringSlots: string;
  source: string;
}

/** Path of each field in an update. */
export const paths: Readonly<Record<keyof Draft, string>> = {
  title: "title",
  kinds: "settings.kinds",
  labels: "settings.labels",
  guests: "settings.guests",
  anonymousQuestions: "settings.anonymous_questions",
  openQuestions: "settings.open_questions",
  commentMode: "settings.comment_mode",
  slowModeSeconds: "settings.slow_mode_seconds",
  displayBudget: "settings.display_budget",
  heartCap: "settings.heart_cap",
  questionRanking: "settings.question_ranking",
  answeringSlots: "settings.answering_slots",
  source: "settings.source",
};

/** The form of a room. */
export function draftOf(room: ApiRoom): Draft {
  const s = room.settings ?? {};
  return {
    title: room.title ?? "",
    kinds: (s.kinds ?? []).join(", "),
    labels: (s.labels ?? []).join(", "),
    guests: s.guests ?? false,
    anonymousQuestions: s.anonymousQuestions ?? false,
    openQuestions: s.openQuestions ?? false,
    commentMode: s.commentMode ?? "COMMENT_MODE_UNSPECIFIED",
    slowModeSeconds: String(s.slowModeSeconds ?? 0),
    displayBudget: String(s.displayBudget ?? 0),
    heartCap: String(s.heartCap ?? 0),
    questionRanking: s.questionRanking ?? "QUESTION_RANKING_UNSPECIFIED",
    answeringSlots: String(s.answeringSlots ?? 1),
    source: s.source ?? "",
  };
}

/** The fields that differ. */
export function changed(before: Draft, now: Draft): (keyof Draft)[] {
  return (Object.keys(paths) as (keyof Draft)[]).filter((field) => before[field] !== now[field]);
}

/** A refusal that needs no server: a field that is no number. */
export class NotANumber extends Error {
  constructor(readonly field: string) {
    super("A whole number, please.");
  }
}

/** The room to send, with the changed fields only. */
export function updateOf(room: ApiRoom, now: Draft, fields: readonly (keyof Draft)[]): ApiRoom {
  const settings: Settings = {};
  const list = (text: string) => text.split(",").map((part) => part.trim()).filter(Boolean);
  const whole = (field: "slowModeSeconds" | "displayBudget" | "heartCap" | "answeringSlots") => {
    if (!/^\d{1,9}$/.test(now[field].trim())) throw new NotANumber(paths[field]);
    return Number(now[field]);
  };
  for (const field of fields) {
    switch (field) {
      case "title":
        break;
      case "kinds":
      case "labels":
        settings[field] = list(now[field]);
        break;
      case "guests":
      case "anonymousQuestions":
      case "openQuestions":
        settings[field] = now[field];
        break;
      case "source":
        settings.source = now.source.trim();
        break;
      case "commentMode":
        settings.commentMode = now.commentMode;
        break;
      case "questionRanking":
        settings.questionRanking = now.questionRanking;
        break;
      default:
        settings[field] = whole(field);
    }
  }
  return {
    room: room.room,
    ...(room.revision && { revision: room.revision }),
    ...(fields.includes("title") && { title: now.title.trim() }),
    settings,
  };
}
