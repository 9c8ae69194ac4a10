import type { ConnectOptions, Room } from "../../client";

/** Puts a heart button, the total and the last comment into an element. */
export function widget(into: HTMLElement, options: ConnectOptions): Room;
