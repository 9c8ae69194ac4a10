import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect, memoryGuests } from "../index";
import { FakeServer } from "../testing/fake";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

test("a server in memory takes acts of moderation back as a real one does, once", async () => {
  const server = new FakeServer({ room: "launch" });
  const [first, second] = [server.comment("Ada", "first").comment!, server.comment("Bo", "second").comment!];
  const room = connect({ room: "launch", url: "ws://test/v1/ws", WebSocket: server.WebSocket, guests: memoryGuests(), token: "host-1", client: "console" });
  await settle();
  const does = async (act: Promise<unknown>) => {
    const done = act.then(() => "", (error: { reason: string }) => error.reason);
    await settle();
    server.tick();
    await settle();
    return done;
  };
  const { moderate } = room;
  const changes: string[] = [];
  const changed = (change: string) => void changes.push(change);
  await does(moderate.pin(first, 0, changed));
  await does(moderate.pin(second, 0, changed));
  await does(moderate.pin(second, 0, changed));
  expect(changes).toEqual([expect.stringMatching(/./), expect.stringMatching(/./), ""]);
  expect(await does(moderate.undoPin(changes[0]))).toBe("UNDO_EXPIRED");
  expect(await does(moderate.undoPin(changes[1]))).toBe("");
  expect(room.view.pinned?.comment.id).toBe(first);
  expect(await does(moderate.undoPin())).toBe("UNDO_EXPIRED");
  await does(moderate.deleteComment(second));
  expect(await does(moderate.undoDelete(second))).toBe("");
  expect(room.view.comments.map((c) => c.text)).toEqual(["first", "second"]);
  await does(moderate.end());
  expect(await does(moderate.undoEnd())).toBe("");
  expect(room.view.room?.state).toBe("live");
  expect(await does(moderate.undoEnd())).toBe("UNDO_EXPIRED");
  expect(await does(moderate.undoTerms())).toBe("UNDO_EXPIRED");
  room.close();
});
