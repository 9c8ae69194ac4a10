import { expect, test } from "vitest";
import { kindOfSource } from "./source";

test.each([
  ["https://media.example/show.mp4", "video"],
  ["https://media.example/live/SHOW.M3U8?token=a.b", "video"],
  ["https://media.example/embed/abc?file=x.mp4", "frame"],
  ["https://media.example", "frame"],
  ["https://live.example/r/other", "none"], // our own page
  ["https://live.example/vod/show.webm", "video"],
  ["javascript:alert(1)//x.mp4", "none"],
  ["data:video/mp4;base64,AA.mp4", "none"],
  ["show.mp4", "none"],
  ["", "none"],
])("%s is shown as %s", (source, kind) => expect(kindOfSource(source, "https://live.example")).toBe(kind));
