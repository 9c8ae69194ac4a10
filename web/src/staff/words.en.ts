/** What is said alike on the console, the rooms' page and the start page. */
export const en = {
  notRead: "The rooms cannot be read",
  noRooms: "No rooms yet",
  tryAgain: "Try again",
  copy: "Copy link",
  copyFor: (whom: string) => `Copy link: ${whom}`,
  copied: "Copied.",
  taken: "Saved where your browser keeps files.",
  file: {
    "room.jsonl": "Everything (JSON lines)",
    "comments.csv": "Comments (table)",
    "audit.csv": "Who did what (table)",
    "chapters.vtt": "Highlights (chapters)",
    "questions.csv": "Questions (table)",
    "questions.jsonl": "Questions with ballots (JSON lines)",
  },
  noLinks: "No link was made here yet.",
  endsAt: (when: string) => `until ${when}`,
  isTakenBack: "taken back",
  leftGood: "taken back, but links that it made are still good",
  takeBack: "Take back",
  takeBackRest: "Take back the rest",
  takeBackAsk: "Take this link back?",
  takeBackText: "Whoever uses it, guests who came by it too, is out within five seconds. Nobody can undo this; you can make another link.",
  keepLink: "Keep it",
  olderLinks: "Older links",
  takeBackOf: (role: string, note: string) => `Take back the link: ${role} ${note}`.trim(),
  takeBackRestOf: (role: string, note: string) => `Take back the rest of what it made: ${role} ${note}`.trim(),
  takenBack: "Taken back. Whoever used it is out within five seconds.",
  roles: { moderator: "Moderator", host: "Host", overlay: "Overlay", guest: "Guest", viewer: "Viewer" } as Record<string, string>,
};

export type Words = typeof en;
