import { words } from "../lib/lang";
import { mount } from "../ui";
import "./notfound.css";

function NotFound() {
  const w = words();
  return (
    <main class="notfound">
      <svg viewBox="0 0 320 180" aria-hidden="true">
        <path class="cone" d="M154 8h12l70 142a76 14 0 0 1-152 0z" />
        <ellipse class="spot" cx="160" cy="150" rx="76" ry="14" />
        <path class="lamp" d="M148 0h24v10h-24z" />
      </svg>
      <h1>{w.lost}</h1>
      <p>{w.lostText}</p>
      <a class="button" href="/">
        {w.home}
      </a>
    </main>
  );
}

mount(<NotFound />);
