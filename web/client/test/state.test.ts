import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommentJson, QuestionJson, SnapshotJson, TickJson } from "../gen/ovation/gateway/v1/gateway_pb";
import { applyAck, applyMine, applyPage, applySnapshot, applyTick, empty, type State } from "../state";

const cursor = (log: number, epoch = "e") => ({ epoch, log: String(log), state: String(log) });
const base = (more: SnapshotJson = {}): State => applySnapshot(empty, { cursor: cursor(1), room: { room: "r", state: "live" }, ...more });
const comment = (id: string, more: CommentJson = {}): CommentJson => ({ comment: id, text: id, atMs: "1", ...more });
const question = (id: string, revision: number, more: QuestionJson = {}): QuestionJson => ({
  question: id, revision: String(revision), state: "open", text: id, ...more,
});
const tick = (s: State, more: TickJson): State => applyTick(s, { cursor: cursor(2), ...more });

describe("totals", () => {
  test("rise within an epoch and never fall", () => {
    let s = base({ hearts: { heart: "10" } });
    s = tick(s, { hearts: { heart: "7", clap: "3" } });
    expect(s.hearts).toEqual({ heart: 10, clap: 3 });
    s = applySnapshot(s, { cursor: cursor(3), hearts: { heart: "9" } });
    expect(s.hearts).toEqual({ heart: 10, clap: 3 });
  });

  test("begin anew in another epoch", () => {
    const s = applySnapshot(base({ hearts: { heart: "10" } }), { cursor: cursor(1, "f"), hearts: { heart: "2" } });
    expect(s.hearts).toEqual({ heart: 2 });
  });

  test("whatever the order of ticks, the highest stands", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { minLength: 1 }), (totals) => {
        let s = base();
        for (const total of totals) s = tick(s, { hearts: { heart: String(total) } });
        expect(s.hearts.heart).toBe(Math.max(...totals));
      }),
    );
  });

  test("of a kind named like an object's insides are plain data", () => {
    const s = tick(base(), { hearts: JSON.parse('{"__proto__":"5","constructor":"6"}') as Record<string, string> });
    expect(Object.entries(s.hearts)).toEqual([["__proto__", 5], ["constructor", 6]]);
    expect(({} as { constructor: unknown }).constructor).toBe(Object);
  });
});

describe("comments", () => {
  test("own one from the ack, then in the tick's order, once", () => {
    let s = applyAck(base(), { id: "1", comment: comment("mine") }, "post");
    s = tick(s, { comments: [comment("before"), comment("mine"), comment("after")] });
    expect(s.comments.map((c) => c.id)).toEqual(["before", "mine", "after"]);
  });

  test("a removed one stays away, also when its ack or a snapshot of before comes later", () => {
    let s = tick(base({ comments: [comment("a"), comment("b")] }), { cursor: cursor(10), removed: ["a", "late"] });
    s = applyAck(s, { id: "1", comment: comment("late") }, "post");
    s = applySnapshot(s, { cursor: cursor(9), comments: [comment("a"), comment("b")] });
    expect(s.comments.map((c) => c.id)).toEqual(["b"]);
  });

  test("one that was brought back while we were behind is there with the snapshot, and in what comes after", () => {
    let s = tick(base({ comments: [comment("a"), comment("b")] }), { cursor: cursor(9), removed: ["a", "b"] });
    s = applySnapshot(s, { cursor: cursor(10), comments: [comment("a")] });
    expect(s.comments.map((c) => c.id)).toEqual(["a"]);
    s = tick(s, { cursor: cursor(11), comments: [comment("a"), comment("b")] });
    expect(s.comments.map((c) => c.id)).toEqual(["a"]);
  });

  test("the list is bounded and keeps the newest", () => {
    let s = base();
    for (let i = 0; i < 400; i++) s = tick(s, { comments: [comment(`c${i}`)] });
    expect(s.comments.length).toBe(150);
    expect(s.comments.at(-1)!.id).toBe("c399");
  });

  test("those held back are told in one line, not one a comment", () => {
    let s = base({ notShown: "100" });
    s = tick(s, { notShown: "104", comments: [comment("a")] });
    s = tick(s, { notShown: "112", comments: [comment("b")] });
    s = tick(s, { notShown: "113", comments: [comment("c")] });
    expect(s.comments.map((c) => c.hiddenBefore)).toEqual([0, 12, 0]);
    expect(s.notShown).toBe(113);
  });

  test("any mix of additions and removals leaves each at most once and no removed one", () => {
    const step = fc.record({ add: fc.array(fc.nat(30), { maxLength: 4 }), remove: fc.array(fc.nat(30), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let s = base();
        const removed = new Set<string>();
        for (const { add, remove } of steps) {
          for (const id of remove) removed.add(`c${id}`);
          s = tick(s, { comments: add.map((id) => comment(`c${id}`)), removed: remove.map((id) => `c${id}`) });
          const ids = s.comments.map((c) => c.id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(ids.filter((id) => removed.has(id))).toEqual([]);
        }
      }),
    );
  });
});

describe("questions", () => {
  test("the highest revision stands whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1 }), (revisions) => {
        let s = base();
        for (const r of revisions) s = tick(s, { questions: [question("q", r, { text: `r${r}` })] });
        expect(s.questions.get("q")!.text).toBe(`r${Math.max(...revisions)}`);
      }),
    );
  });

  test("votes go by their position, not by revision", () => {
    let s = tick(base(), { questions: [question("q", 3, { votes: "5", votesUpto: "50" })] });
    s = tick(s, { votes: [{ question: "q", votes: "4", upto: "40" }] });
    expect(s.questions.get("q")!.votes).toBe(5);
    s = tick(s, { votes: [{ question: "q", votes: "4", upto: "60" }] });
    s = tick(s, { questions: [question("q", 4, { votes: "5", votesUpto: "50", state: "answering" })] });
    expect(s.questions.get("q")).toMatchObject({ votes: 4, votesUpto: 60, state: "answering" });
  });

  test("a gone one is not brought back by what is older, but by a restore", () => {
    let s = tick(base(), { questions: [question("q", 3)] });
    s = tick(s, { gone: ["q"] });
    s = tick(s, { questions: [question("q", 3)] });
    expect(s.questions.has("q")).toBe(false);
    s = tick(s, { gone: ["q"] });
    s = tick(s, { questions: [question("q", 5)] });
    expect(s.questions.has("q")).toBe(true);
  });

  test("a moderator's step shows from its ack, and older ticks do not undo it", () => {
    let s = base({ moderation: { questions: [{ question: question("q", 1, { state: "pending" }), askerName: "Ada" }], pending: "1" } });
    s = applyAck(s, { id: "1", question: question("q", 2) }, "moderate");
    expect(s.questions.get("q")!.state).toBe("open");
    expect(s.moderation.get("q")).toMatchObject({ state: "open", askerName: "Ada" });
    expect(s.pending).toBe(0);
    s = tick(s, { moderation: { questions: [{ question: question("q", 1, { state: "pending" }) }], pending: "1" } });
    expect(s.moderation.get("q")!.state).toBe("open");
  });

  test("pending falls to nothing although JSON leaves zero out", () => {
    const s = tick(base({ moderation: { pending: "4" } }), { moderation: {} });
    expect(s.pending).toBe(0);
  });

  test("a moderator is told of each question once, and the view has it in both places", () => {
    const told = [
      { question: question("wait", 1, { state: "pending" }), askerName: "Ada" },
      { question: question("open", 2, { votes: "3", votesUpto: "9" }), askerName: "Bo" },
      { question: question("done", 4, { state: "answered" }) },
      { question: question("no", 2, { state: "rejected" }) },
    ];
    let s = base({ moderation: { questions: told, pending: "5", counts: { pending: 5, open: 1, answered: 1, rejected: 1 } } });
    expect([...s.questions.keys()]).toEqual(["open", "done"]);
    expect([...s.moderation.keys()]).toEqual(["wait", "open", "done", "no"]);
    expect(s.counts).toEqual({ pending: 5, open: 1, answered: 1, rejected: 1 });
    expect(s.listed).toEqual({ pending: "wait", open: "open", settled: "no" });
    s = tick(s, { votes: [{ question: "open", votes: "4", upto: "12" }], moderation: { counts: { pending: 6, open: 1 } } });
    expect([s.questions.get("open")?.votes, s.moderation.get("open")?.votes, s.counts.pending]).toEqual([4, 4, 6]);
  });

  test("a page adds what the view lacks and takes nothing back", () => {
    let s = base({ moderation: { questions: [{ question: question("a", 2, { votes: "9", votesUpto: "9" }) }, { question: question("b", 2) }] } });
    s = tick(s, { gone: ["b"], moderation: { questions: [{ question: question("b", 3, { state: "archived" }) }] } });
    const late = ["a", "b", "c"].map((id) => ({ question: question(id, 2, { votes: "1", votesUpto: "1" }), askerName: id }));
    s = applyPage(s, "open", { questions: late, more: true });
    expect(s.moderation.get("b")?.state).toBe("archived");
    expect([s.moderation.get("a")?.votes, s.moderation.get("c")?.askerName]).toEqual([9, "c"]);
    expect([...s.questions.keys()]).toEqual(["a", "c"]);
    expect(s.listed.open).toBe("c");
    expect(applyPage(s, "open", {}).listed.open).toBe(""); // the end: what moved past a page comes when it begins again
  });

  test("a bloc stands until it is none any more", () => {
    let s = base({ moderation: { blocs: [{ question: "a", people: "20", of: "30", expected: "2" }] } });
    expect(s.blocs.get("a")).toEqual({ question: "a", people: 20, of: 30, expected: 2 });
    s = tick(s, { moderation: { blocs: [{ question: "b", people: "40", of: "60", expected: "1" }] } });
    s = tick(s, { moderation: { blocs: [{ question: "a", of: "90" }] } });
    expect([...s.blocs.keys()]).toEqual(["b"]);
  });
});

test("what is one's own is replaced, but not by an older revision", () => {
  let s = applyAck(base(), { id: "1", question: question("q", 1, { state: "pending" }) }, "ask");
  s = applyMine(s, { questions: [question("q", 2, { state: "rejected", reason: "Off topic" })], voted: ["z"] });
  s = applyMine(s, { questions: [question("q", 1, { state: "pending" })] });
  expect(s.mine.get("q")).toMatchObject({ state: "rejected", reason: "Off topic" });
  expect([...s.voted]).toEqual([]);
});

test("own comments that nothing else gives take their places, once, and not when they were removed", () => {
  const at = (place: number) => comment(`c${place}`, { place: String(place) });
  let s = base({ comments: [at(2), at(5)] });
  s = applyMine(tick(s, { removed: ["c4"] }), { comments: [at(6), at(5), at(4), at(3), at(1)] });
  expect(s.comments.map((c) => c.id)).toEqual(["c1", "c2", "c3", "c5", "c6"]);
  const same = s.comments;
  s = applyMine(s, { comments: [at(3)], voted: ["q"] });
  expect(s.comments).toBe(same);
  expect(applyMine(s, { comments: [at(7)] }, 3).comments.map((c) => c.id)).toEqual(["c5", "c6", "c7"]);
});

test("an own comment whose ack was late stands where its place says, and not at all where it is older than all that is kept", () => {
  const at = (place: number) => comment(`c${place}`, { place: String(place) });
  const s = base({ comments: [at(4), at(6)] });
  expect(applyAck(s, { id: "1", comment: at(5) }, "post").comments.map((c) => c.id)).toEqual(["c4", "c5", "c6"]);
  expect(applyAck(s, { id: "2", comment: at(3) }, "post", 2).comments.map((c) => c.id)).toEqual(["c4", "c6"]);
  expect(applyAck(s, { id: "3", comment: comment("new") }, "post").comments.map((c) => c.id)).toEqual(["c4", "c6", "new"]);
});

test("own comments that wait, and what became of them meanwhile, are told anew; what the server no longer knows of stays", () => {
  const told = (id: string, state: string, atMs: string, text = id) => ({ comment: comment(id, { atMs, text }), state, reason: state === "rejected" ? "Off topic" : "" });
  const seen = (s: State) => [...s.ownHeld.values()].map((h) => [h.comment.id, h.comment.text, h.state, h.reason]);
  let s = base();
  for (const [at, id] of ["first", "second", "third"].entries()) s = applyAck(s, { id: "1", held: { comment: comment(id, { atMs: String(at + 1) }) } }, "post");
  s = applyMine(s, { held: [told("fourth", "held", "4"), told("second", "released", "2", ""), told("first", "rejected", "1", "")] });
  expect(seen(s)).toEqual([["first", "first", "rejected", "Off topic"], ["third", "third", "held", ""], ["fourth", "fourth", "held", ""]]);
  expect(seen(applyMine(base(), { held: [told("away", "rejected", "1", "")] }))).toEqual([["away", "", "rejected", "Off topic"]]);
  expect(applyMine(s, {}).ownHeld).toBe(s.ownHeld);
});

test("a vote shows from its ack, given and taken back", () => {
  let s = applyAck(base(), { id: "1", vote: { question: "q", up: true } }, "vote");
  expect(s.voted.has("q")).toBe(true);
  s = applyAck(s, { id: "2", vote: { question: "q" } }, "vote");
  expect(s.voted.has("q")).toBe(false);
});

test("a tick before the snapshot or of another epoch changes nothing", () => {
  expect(applyTick(empty, { cursor: cursor(9) })).toBe(empty);
  const s = base();
  expect(applyTick(s, { cursor: cursor(9, "other"), comments: [comment("x")] })).toBe(s);
});

test("the wait of slow mode is told after a reload, and outlives a snapshot and a mine that tells none", () => {
  let s = applyMine(empty, { waitMs: "12000" }, 150, 1_000_000);
  expect(s.turnMs).toBe(1_012_000);
  s = applyMine(s, { voted: ["q"] }, 150, 1_000_500);
  expect(s.turnMs).toBe(1_012_000);
  expect(applySnapshot(s, {}).turnMs).toBe(1_012_000);
  expect(applyMine(s, { waitMs: "3000" }, 150, 1_002_000).turnMs).toBe(1_005_000);
});
