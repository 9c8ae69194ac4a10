/** What the start page says. */
export const en = {
  serverAway: "The server does not answer",
  plain: "A live room opens with its own link. Ask your host for it.",
  here: (version: string) => `${version}, on this machine`,
  noRoomsHere: "Make the first one on the host’s page. Its link is in the terminal where Ovation runs, as “all rooms”.",
  hostPage: "To the host’s page",
  open: "Open",
  network: "On your network",
  pointPhone: "Point a phone at the code, or open",
  toHost: "To host and to moderate",
  toHostText: "Those links let people act, so they stand only in the terminal where Ovation runs: host, moderator, overlay and all rooms.",
  lanText: "Others on your network can watch too. Start with",
};

export type Words = typeof en;
