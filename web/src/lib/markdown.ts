// Written answers may hold a small part of Markdown: paragraphs, line breaks, lists, **strong**, *emphasis*, `code` and
// links. It is parsed to nodes, never to HTML: what is not in this part, tags and pictures among it, is text.

/** A piece of a line. */
export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "strong" | "em"; readonly inner: readonly Inline[] }
  | { readonly kind: "link"; readonly href: string; readonly inner: readonly Inline[] };

/** A paragraph or a list. */
export type Block = { readonly kind: "p"; readonly inner: readonly Inline[] } | { readonly kind: "ul" | "ol"; readonly items: readonly (readonly Inline[])[] };

const bullet = /^ {0,3}(?:[-*+]|(\d{1,3})[.)])[ \t]+(?=\S)/;

/** Parses a text into blocks; time and nodes grow with its length and no faster. */
export function parse(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let list: { kind: "ul" | "ol"; items: string[] } | undefined;
  const end = () => {
    if (lines.length > 0) blocks.push({ kind: "p", inner: inline(lines.join("\n")) });
    if (list) blocks.push({ kind: list.kind, items: list.items.map((item) => inline(item)) });
    lines = [];
    list = undefined;
  };
  for (const line of text.split("\n")) {
    const item = bullet.exec(line);
    if (item) {
      const kind = item[1] === undefined ? "ul" : "ol";
      if (lines.length > 0 || (list && list.kind !== kind)) end();
      list ??= { kind, items: [] };
      list.items.push(line.slice(item[0].length));
    } else if (line.trim() === "") end();
    else if (list) list.items[list.items.length - 1] += `\n${line.trim()}`; // an item goes on
    else lines.push(line.trim());
  }
  end();
  return blocks;
}

/** How deep marks stand in one another; deeper ones are text. */
const deepest = 4;
const escapable = /[!-/:-@[-`{-~]/;
const label = /\[([^[\]\n]{1,500})\]\(([^()\s]{1,2000}(?:\([^()\s]{0,500}\)[^()\s]{0,500})?)\)/y;
const bare = /https?:\/\/[^\s<>"'`*\\。，、！？）「」]{1,2000}/iy;
const wordy = /[\p{L}\p{N}]/u;

function inline(text: string, linked = false, depth = 0): readonly Inline[] {
  const nodes: Inline[] = [];
  let plain = "";
  const add = (node: Inline) => {
    if (plain) nodes.push({ kind: "text", text: plain });
    plain = "";
    nodes.push(node);
  };
  const without = new Set<string>(); // marks that nothing closes any more
  const closing = (mark: string, from: number): number => {
    if (without.has(mark)) return -1;
    for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + mark.length)) {
      const next = text[at + mark.length] ?? "";
      const lone = mark.length > 1 || mark === "`" || (next !== mark && text[at - 1] !== mark);
      if (at > from && lone && (mark === "`" || (text[at - 1] ?? "").trim() !== "") && !(mark === "_" && wordy.test(next))) return at;
    }
    without.add(mark);
    return -1;
  };
  for (let i = 0; i < text.length; ) {
    const c = text[i]!;
    if (c === "\n") {
      add({ kind: "break" });
      i++;
      continue;
    }
    if (c === "\\" && escapable.test(text[i + 1] ?? "")) {
      plain += text[i + 1];
      i += 2;
      continue;
    }
    if (c === "`") {
      const at = closing("`", i + 1);
      if (at > 0) {
        add({ kind: "code", text: text.slice(i + 1, at) });
        i = at + 1;
        continue;
      }
    }
    if ((c === "*" || c === "_") && depth < deepest) {
      const mark = text.startsWith("**", i) ? "**" : c;
      const opens = (text[i + mark.length] ?? "").trim() !== "" && !(mark === "_" && wordy.test(text[i - 1] ?? ""));
      const at = opens ? closing(mark, i + mark.length) : -1;
      if (at > 0) {
        add({ kind: mark === "**" ? "strong" : "em", inner: inline(text.slice(i + mark.length, at), linked, depth + 1) });
        i = at + mark.length;
        continue;
      }
      if (mark === "**") { // two of them that close nothing are text together
        plain += mark;
        i += 2;
        continue;
      }
    }
    if (!linked && c === "[" && text[i - 1] !== "!") {
      label.lastIndex = i;
      const found = label.exec(text);
      const href = found && address(found[2]!);
      if (href) {
        add({ kind: "link", href, inner: inline(found[1]!, true, depth + 1) });
        i += found[0].length;
        continue;
      }
    }
    if (!linked && (c === "h" || c === "H") && !/\w/.test(text[i - 1] ?? "")) {
      bare.lastIndex = i;
      const found = bare.exec(text)?.[0];
      const words = found && trimmed(found);
      const href = words && address(words);
      if (href) {
        add({ kind: "link", href, inner: [{ kind: "text", text: words }] });
        i += words.length;
        continue;
      }
    }
    plain += c;
    i++;
  }
  if (plain) nodes.push({ kind: "text", text: plain });
  return nodes;
}

/** An address as a page may link it: of the web, without a name and password in front of the host; empty for any other. */
function address(words: string): string {
  if (!URL.canParse(words)) return "";
  const url = new URL(words);
  return (url.protocol === "https:" || url.protocol === "http:") && !url.username && !url.password ? url.href : "";
}

/** An address without the punctuation of the sentence that it ends. */
function trimmed(words: string): string {
  let end = words.length;
  for (; end > 0; end--) {
    const c = words[end - 1]!;
    if (c === ")" && words.slice(0, end).split("(").length >= words.slice(0, end).split(")").length) break;
    if (!/[.,;:!?)\]}»”’]/.test(c)) break;
  }
  return words.slice(0, end);
}
