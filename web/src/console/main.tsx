import { connect } from "../../client";
import { applyLanguage } from "../lib/lang";
import { readToken, roomInAddress, takeToken } from "../lib/session";
import { mount, Spotlight } from "../ui";
import { Console } from "./app";
import "./console.css";

const token = takeToken();
const { role } = readToken(token);

applyLanguage("en");
if (role === "host" || role === "moderator") mount(<Console room={connect({ room: roomInAddress(), token, client: "console", guests: null })} />);
else mount(<Outside />);

/** Who comes without a moderator's link reads how to get one. */
function Outside() {
  return (
    <main class="outside">
      <Spotlight />
      <h1>For moderators and hosts</h1>
      <p>
        {role
          ? "This link is for watching. Ask the host for a moderator’s link."
          : "This page needs a link of its own. It is in the terminal where Ovation runs, or the host makes you one."}
      </p>
      <a class="button" href={`/r/${roomInAddress()}`}>
        To the show
      </a>
    </main>
  );
}
