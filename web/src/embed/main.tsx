import { connect } from "../../client";
import { roomInAddress, takeToken } from "../lib/session";
import { mount } from "../ui";
import { Viewer } from "../viewer/app";
import "../viewer/viewer.css";

// In somebody else's page, beside their player: comments, questions and the heart, no stage.
const token = takeToken();
const room = connect({ room: roomInAddress(), ...(token && { token }) });
mount(<Viewer room={room} stage={false} />);
