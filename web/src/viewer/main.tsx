import { connect } from "../../client";
import { roomInAddress, takeToken } from "../lib/session";
import { mount } from "../ui";
import { Viewer } from "./app";
import "./viewer.css";

const token = takeToken();
const room = connect({ room: roomInAddress(), ...(token && { token }) });
mount(<Viewer room={room} />);
