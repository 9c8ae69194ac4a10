import { Fragment } from "preact";
import { parse, type Inline } from "../lib/markdown";

/** A written answer: a small part of Markdown, as elements. Its links open beside the room. */
export function Marked({ text }: { text: string }) {
  return (
    <>
      {parse(text).map((block, i) =>
        block.kind === "p" ? (
          <p key={i}>{block.inner.map(node)}</p>
        ) : block.kind === "ul" ? (
          <ul key={i}>{block.items.map(item)}</ul>
        ) : (
          <ol key={i}>{block.items.map(item)}</ol>
        ),
      )}
    </>
  );
}

function item(inner: readonly Inline[], i: number) {
  return <li key={i}>{inner.map(node)}</li>;
}

function node(n: Inline, i: number) {
  switch (n.kind) {
    case "text":
      return <Fragment key={i}>{n.text}</Fragment>;
    case "code":
      return <code key={i}>{n.text}</code>;
    case "break":
      return <br key={i} />;
    case "strong":
      return <strong key={i}>{n.inner.map(node)}</strong>;
    case "em":
      return <em key={i}>{n.inner.map(node)}</em>;
    case "link":
      return (
        <a key={i} href={n.href} target="_blank" rel="noopener nofollow ugc">
          {n.inner.map(node)}
        </a>
      );
  }
}
