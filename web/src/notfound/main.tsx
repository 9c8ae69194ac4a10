import { words } from "../lib/words";
import { mount, Spotlight } from "../ui";
import "./notfound.css";

function NotFound() {
  const w = words();
  return (
    <main class="notfound">
      <Spotlight />
      <h1>{w.lost}</h1>
      <p>{w.lostText}</p>
      <a class="button" href="/">
        {w.home}
      </a>
    </main>
  );
}

mount(<NotFound />);
