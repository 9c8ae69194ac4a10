import type { ComponentChildren, JSX } from "preact";

type Look = "plain" | "primary" | "danger" | "quiet";

/** A button that never submits a form by accident. One primary a place. */
export function Button({ look = "plain", children, class: more = "", ...rest }: { look?: Look; children: ComponentChildren; class?: string } & Omit<
  JSX.IntrinsicElements["button"],
  "class"
>) {
  return (
    <button type="button" {...rest} class={`button ${look === "plain" ? "" : look} ${more}`.trim()}>
      {children}
    </button>
  );
}
