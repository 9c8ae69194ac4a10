import { connect } from "../../client";

export function widget(into, options) {
  const room = connect(options);
  const [total, heart, text] = ["output", "button", "p"].map((name) => into.appendChild(document.createElement(name)));
  heart.textContent = "Send a heart";
  heart.onclick = () => room.hearts.tap("heart");
  room.on("view", (view) => (total.value = view.hearts.heart ?? 0));
  room.comments.subscribe((fresh) => (text.textContent = fresh.at(-1).text));
  return room;
}
