import { query, roomInAddress, takeToken } from "../lib/session";
import { mount } from "../ui";
import { Overlay } from "./app";
import { readLook } from "./params";
import { stay } from "./visit";
import "./overlay.css";

const token = takeToken();
const { look, refused } = readLook(query);
const told = query.get("preview") === "1" ? refused : [];
stay(roomInAddress(), token, (room) => mount(<Overlay key={room.id} room={room} look={look} refused={told} />));
