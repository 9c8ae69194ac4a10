// Which rows are drawn when the list is, counted by what is read of their comments.
import { h, render } from "preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Comment } from "../../client";
import { emptyLane } from "./lane";
import { CommentRow, placeOf } from "./rows";

/** As much of a document as a list of rows needs. */
class Node {
  childNodes: Node[] = [];
  parentNode: Node | null = null;
  style = { setProperty: () => undefined };
  attributes: unknown[] = [];
  ownerDocument = globalThis.document;
  constructor(
    readonly localName: string,
    public data = "",
  ) {}
  get nodeType() {
    return this.localName === "#text" ? 3 : 1;
  }
  get firstChild(): Node | null {
    return this.childNodes[0] ?? null;
  }
  get nextSibling(): Node | null {
    const all = this.parentNode?.childNodes ?? [];
    return all[all.indexOf(this) + 1] ?? null;
  }
  insertBefore(child: Node, before: Node | null) {
    child.remove();
    const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
    this.childNodes.splice(at, 0, child);
    child.parentNode = this;
    return child;
  }
  appendChild(child: Node) {
    return this.insertBefore(child, null);
  }
  removeChild(child: Node) {
    this.childNodes = this.childNodes.filter((one) => one !== child);
    child.parentNode = null;
    return child;
  }
  remove() {
    this.parentNode?.removeChild(this);
  }
  contains(other: Node | null): boolean {
    return other === this || this.childNodes.some((one) => one.contains(other));
  }
  setAttribute() {}
  removeAttribute() {}
  addEventListener() {}
  removeEventListener() {}
}

beforeEach(() => {
  const make = (_: unknown, name: string) => new Node(name);
  vi.stubGlobal("document", { createElementNS: make, createElement: (name: string) => new Node(name), createTextNode: (text: string) => new Node("#text", text), documentElement: new Node("html") });
});
afterEach(() => vi.unstubAllGlobals());

test("with each tick only those rows are drawn of which something changed", () => {
  const drawn: string[] = [];
  const comment = (id: string, text: string): Comment =>
    ({
      id,
      person: "p",
      name: "Ada",
      role: "viewer",
      editedMs: 0,
      atMs: 1000,
      get text() {
        drawn.push(id);
        return text;
      },
    }) as unknown as Comment;
  const ids = Array.from({ length: 150 }, (_, i) => `c${i}`);
  const comments = new Map(ids.map((id) => [id, comment(id, `text of ${id}`)]));
  const box = new Node("div");
  const [onAct, onSelect] = [() => undefined, () => undefined];
  const tick = ({ selected = "", pinned = "", sending = [] as string[] } = {}) => {
    drawn.length = 0;
    const lane = { ...emptyLane, shown: [...comments.keys()], selected };
    const desk = { lanes: { comments: lane } as never, sending: new Set(sending) };
    const row = (c: Comment) => h(CommentRow, { key: c.id, ...placeOf(desk, "comments", c.id), c, pinned: c.id === pinned, up: false, reported: 0, below: true, age: "now", onAct, onSelect });
    render(h("div", null, [...comments.values()].map(row)), box as never);
    return [...drawn];
  };
  expect(tick()).toEqual(ids);
  expect(tick()).toEqual([]);
  expect(tick({ pinned: "c7" })).toEqual(["c7"]);
  expect(tick({ pinned: "c7", selected: "c3", sending: ["c9"] })).toEqual(["c3", "c9"]);
  expect(tick({ selected: "c4" })).toEqual(["c3", "c4", "c7", "c9"]);
  comments.set("c150", comment("c150", "new"));
  comments.set("c2", comment("c2", "edited"));
  expect(tick({ selected: "c4" })).toEqual(["c2", "c150"]);
});
