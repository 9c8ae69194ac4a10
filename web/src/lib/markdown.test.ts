import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, type Block, type Inline } from "./markdown";

/** Nodes as a short text: [s …] strong, [e …] emphasis, [c …] code, [a href …] link, / a break. */
function short(nodes: readonly Inline[]): string {
  return nodes
    .map((n) => {
      switch (n.kind) {
        case "text":
          return n.text;
        case "code":
          return `[c ${n.text}]`;
        case "break":
          return "/";
        case "link":
          return `[a ${n.href} ${short(n.inner)}]`;
        default:
          return `[${n.kind === "strong" ? "s" : "e"} ${short(n.inner)}]`;
      }
    })
    .join("");
}
const whole = (blocks: readonly Block[]) => blocks.map((b) => (b.kind === "p" ? short(b.inner) : `${b.kind}(${b.items.map(short).join("|")})`)).join(" ¶ ");

describe("an answer's Markdown", () => {
  test.each([
    ["plain words", "plain words"],
    ["**Yes**, in *spring*, by `npm ci`.", "[s Yes], in [e spring], by [c npm ci]."],
    ["_So_ it is: snake_case_names stay", "[e So] it is: snake_case_names stay"],
    ["**both *and* more**", "[s both [e and] more]"],
    ["2 * 3 * 4, a ** b ** c, 5*", "2 * 3 * 4, a ** b ** c, 5*"],
    ["**open, `open", "**open, `open"],
    ["\\*not\\* \\[x\\](https://a.example)", "*not* [x]([a https://a.example/ https://a.example])"],
    ["one\ntwo\n\n\nthree", "one/two ¶ three"],
    ["Bring:\n- a coat\n- *water*\n  and bread\n\n1. come\n2. see", "Bring: ¶ ul(a coat|[e water]/and bread) ¶ ol(come|see)"],
    ["- a\n1. b", "ul(a) ¶ ol(b)"],
    ["[the **plan**](https://a.example/x_(y)?q=1#z).", "[a https://a.example/x_(y)?q=1#z the [s plan]]."],
    ["See https://a.example/a_b*, (http://b.example/c(d)). Or HTTPS://C.example!", "See [a https://a.example/a_b https://a.example/a_b]*, ([a http://b.example/c(d) http://b.example/c(d)]). Or [a https://c.example/ HTTPS://C.example]!"],
    ["看https://a.example/。好", "看[a https://a.example/ https://a.example/]。好"],
    ["`**code**` and [in [x]](https://a.example)", "[c **code**] and [in [x]]([a https://a.example/ https://a.example])"],
    ["# no head\n> no quote\n| no | table |", "# no head/> no quote/| no | table |"],
  ])("%s", (text, want) => expect(whole(parse(text))).toBe(want));

  test.each([
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert%281%29)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](//evil.example)",
    "[x](/path)",
    "[x](vbscript:x)",
    "[x](mailto:a@b.example)",
    "[x](https://bank.example@evil.example/)",
    "[x](https://user:pass@evil.example/)",
    "[x](java\tscript:alert(1))",
    "![x](https://evil.example/x.png)".replace("https", "ftp"),
    "<a href='javascript:x'>x</a><img src=x onerror=alert(1)>",
    "[x](https://)",
    "xhttps://a.example",
  ])("%s is text", (text) => expect(whole(parse(text))).toBe(text));

  test("a picture is no picture", () => {
    expect(whole(parse("![x](https://evil.example/x.png)"))).toBe("![x]([a https://evil.example/x.png https://evil.example/x.png])");
  });

  test("whatever is written, links lead to the web and no letter is lost that is no mark", () => {
    const piece = fc.constantFrom("*", "**", "_", "`", "[", "]", "(", ")", "!", "\\", "\n", "- ", "1. ", "https://", "http:", "a.example", "javascript:", "x", " ", "é", "水", "<b>", "@");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const seen: string[] = [];
        const walk = (nodes: readonly Inline[]): void =>
          nodes.forEach((n) => {
            if (n.kind === "link") expect(n.href).toMatch(/^https?:\/\/[^@]/);
            if ("inner" in n) walk(n.inner);
            else if ("text" in n) seen.push(n.text);
          });
        parse(text).forEach((b) => (b.kind === "p" ? walk(b.inner) : b.items.forEach(walk)));
        for (const letter of ["é", "水"]) expect(seen.join("").split(letter).length).toBeGreaterThanOrEqual(pieces.every((p) => !p.includes("example")) ? text.split(letter).length : 0);
      }),
      { numRuns: 500 },
    );
  });

  test("the worst of the longest texts takes no time", () => {
    for (const bad of ["*", "**", "_", "`", "[", "[a](", "**a", "_a", "https://", "(", "[x](https://a.example(", "- ", "\\", "*a _b "]) {
      const before = performance.now();
      parse(bad.repeat(Math.ceil(16_000 / bad.length)));
      expect(performance.now() - before).toBeLessThan(500);
    }
  });
});
