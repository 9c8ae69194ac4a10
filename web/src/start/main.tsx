import { useEffect, useState } from "preact/hooks";
import { api, type Info } from "../lib/api";
import { applyLanguage } from "../lib/lang";
import { linkTo } from "../lib/session";
import { sentence } from "../lib/words";
import { Button, Empty, Failure, Live, mount, Skeleton, Spotlight, Toasts } from "../ui";
import { CopyLink } from "../host/links";
import { Code } from "./code";
import "./start.css";

type Room = NonNullable<Info["rooms"]>[number];

/** What this server is: on its own machine the rooms and how to let others in, to anyone else a plain word. */
function Start() {
  const [info, setInfo] = useState<Info>();
  const [failed, setFailed] = useState<unknown>();
  const load = () => {
    setFailed(undefined);
    api.info().then(setInfo, setFailed);
  };
  useEffect(load, []);
  if (failed) {
    return (
      <main class="start lone">
        <Failure title="The server does not answer" text={sentence(failed)}>
          <Button onClick={load}>Try again</Button>
        </Failure>
      </main>
    );
  }
  if (!info) {
    return (
      <main class="start">
        <Skeleton rows={4} />
      </main>
    );
  }
  if (!info.rooms) {
    return (
      <main class="start lone">
        <Spotlight />
        <h1>Ovation</h1>
        <p>A live room opens with its own link. Ask your host for it.</p>
      </main>
    );
  }
  const order = ["live", "scheduled", "ended"];
  return <Here info={info} rooms={[...info.rooms].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))} />;
}

function Here({ info, rooms }: { info: Info; rooms: readonly Room[] }) {
  const lan = info.lan?.[0];
  return (
    <main class="start">
      <header>
        <h1>Ovation</h1>
        <span class="meta">{info.version}, on this machine</span>
      </header>
      {rooms.length === 0 ? (
        <Empty title="No rooms yet" text="Make the first one on the host's page. Its link is in the terminal where Ovation runs, as “all rooms”." />
      ) : (
        <ul class="start-rooms">
          {rooms.map((room) => (
            <li key={room.room}>
              <div>
                <h2 class="line">{room.title}</h2>
                <p class="meta">
                  <Live state={room.state as "live"} /> {room.room}
                </p>
              </div>
              <CopyLink link={linkTo(`/r/${room.room}`)} />
              <a class={`button ${room.state === "live" ? "primary" : ""}`} href={`/r/${room.room}`}>
                Open
              </a>
            </li>
          ))}
        </ul>
      )}
      {lan && rooms[0] && (
        <section class="start-lan">
          <Code text={`${lan}/r/${rooms[0].room}`} />
          <div>
            <h2>On your network</h2>
            <p>Point a phone at the code, or open</p>
            <p class="address">{`${lan}/r/${rooms[0].room}`}</p>
          </div>
        </section>
      )}
      <aside>
        <h2>To host and to moderate</h2>
        <p>
          Those links let people act, so they stand only in the terminal where Ovation runs: <b>host</b>, <b>moderator</b>, <b>overlay</b> and{" "}
          <b>all rooms</b>.
        </p>
        {!lan && (
          <p>
            Others on your network can watch too: start with <code>ovation serve --lan</code>.
          </p>
        )}
      </aside>
      <Toasts />
    </main>
  );
}

applyLanguage("en");
mount(<Start />);
