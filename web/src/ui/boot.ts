import { render, type ComponentChild } from "preact";
import { applyTheme } from "../lib/session";
import { applyLanguage } from "../lib/lang";
import "../base.css";

/** Puts a page into its #app, in the theme and language asked for. */
export function mount(page: ComponentChild): void {
  applyTheme();
  applyLanguage();
  const app = document.getElementById("app");
  if (app) render(page, app);
}
