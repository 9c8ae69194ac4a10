// Drawn here, 24 x 24, 2 px strokes: no icon font, no request.
const paths = {
  send: "M4 12 20 4l-5 16-3.5-6.500zM11.500 13.500 20 4",
  up: "M12 19V6M6 12l6-6 6 6",
  check: "M5 12.500l4.500 4.500L19 7.500",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9.200a2.800 2.800 0 1 0 0 5.600 2.800 2.800 0 0 0 0-5.600z",
  down: "M12 5v13M6 12l6 6 6-6",
  chat: "M4 5h16v11H9l-5 4z",
  trash: "M5 7h14M10 7V4.500h4V7M7 7l1 12.500h8L17 7",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 2",
  search: "M10.500 4.500a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  plus: "M12 5v14M5 12h14",
  sound: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4 4 0 0 1 0 6M18 6.500a7.500 7.500 0 0 1 0 11",
  silent: "M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  left: "M14.500 5.500 8 12l6.500 6.500",
  right: "M9.500 5.500 16 12l-6.500 6.500",
  sliders: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.500v5M8 14.500v5",
} as const;

export type IconName = keyof typeof paths;

/** Decoration: the button around it has the name. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
