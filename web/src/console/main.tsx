import { connect } from "../../client";
import { query, readToken, roomInAddress, takeToken } from "../lib/session";
import { mount, Spotlight } from "../ui";
import { Console } from "./app";
import { all } from "./desk";
import { words } from "./words";
import "./console.css";

const token = takeToken();
const { role } = readToken(token);

if (role === "host" || role === "moderator") mount(<Console room={connect({ room: roomInAddress(), token, client: "console", guests: null })} token={token} only={all.find((pane) => pane === query.get("pane"))} />);
else mount(<Outside />);

/** Who comes without a moderator's link reads how to get one. */
function Outside() {
  const w = words();
  return (
    <main class="outside">
      <Spotlight />
      <h1>{w.outside}</h1>
      <p>
        {role ? w.outsideWatch : w.outsideNone}
      </p>
      <a class="button" href={`/r/${roomInAddress()}`}>
        {w.toShow}
      </a>
    </main>
  );
}
