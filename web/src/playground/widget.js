import { connect } from "../../client";

export function widget(into, options) {
  const room = connect(options);
  const add = (tag) => into.appendChild(document.createElement(tag));
  const [total, heart, text] = ["output", "button", "p"].map(add);
  Object.assign(heart, { textContent: "Send a heart", onclick: () => room.hearts.tap() });
  room.on("view", (view) => (total.value = view.hearts.heart ?? 0));
  room.comments.subscribe((fresh) => (text.textContent = fresh.at(-1).text));
  return room;
}
