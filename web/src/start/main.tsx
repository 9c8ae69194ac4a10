import { useEffect, useState } from "preact/hooks";
import { api, ApiError, type Info } from "../lib/api";
import { sentence } from "../lib/sentences";
import { linkTo } from "../lib/session";
import { CopyLink } from "../staff/copy";
import { words as shared } from "../staff/words";
import { Button, Empty, Live, mount, Skeleton, Spotlight, Toasts } from "../ui";
import { Code } from "./code";
import { words } from "./words";
import "./start.css";

type Room = NonNullable<Info["rooms"]>[number];

/** What this server is: on its own machine the rooms and how to let others in, to anyone else a plain word. */
function Start() {
  const w = words();
  const [info, setInfo] = useState<Info>();
  const [failed, setFailed] = useState<unknown>();
  const load = () => {
    setFailed(undefined);
    api.info().then(setInfo, setFailed);
  };
  useEffect(load, []);
  if (failed) {
    const away = !(failed instanceof ApiError) || failed.reason === "OFFLINE" || failed.reason === "CAPTIVE_PORTAL"; // else it did answer
    return (
      <main class="start lone">
        <div role="alert">
          <h1>{away ? w.serverAway : shared().notRead}</h1>
          <p>{sentence(failed)}</p>
        </div>
        <Button onClick={load}>{shared().tryAgain}</Button>
      </main>
    );
  }
  if (!info) {
    return (
      <main class="start">
        <h1 class="sr">Ovation</h1>
        <Skeleton rows={4} />
      </main>
    );
  }
  if (!info.rooms) {
    return (
      <main class="start lone">
        <Spotlight />
        <h1>Ovation</h1>
        <p>{w.plain}</p>
      </main>
    );
  }
  const order = ["live", "scheduled", "ended"];
  return <Here info={info} rooms={[...info.rooms].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))} />;
}

function Here({ info, rooms }: { info: Info; rooms: readonly Room[] }) {
  const w = words();
  const lan = info.lan?.[0];
  return (
    <main class="start">
      <header>
        <h1>Ovation</h1>
        <span class="meta">{w.here(info.version)}</span>
      </header>
      {rooms.length === 0 ? (
        <Empty title={shared().noRooms} text={w.noRoomsHere}>
          <a class="button" href="/host">
            {w.hostPage}
          </a>
        </Empty>
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
              <CopyLink link={linkTo(`/r/${room.room}`)} whom={room.title} />
              <a class={`button ${room.state === "live" ? "primary" : ""}`} href={`/r/${room.room}`}>
                {w.open}
              </a>
            </li>
          ))}
        </ul>
      )}
      {lan && rooms[0] && (
        <section class="start-lan">
          <Code text={`${lan}/r/${rooms[0].room}`} />
          <div>
            <h2>{w.network}</h2>
            <p>{w.pointPhone}</p>
            <p class="address">{`${lan}/r/${rooms[0].room}`}</p>
          </div>
        </section>
      )}
      <aside>
        <h2>{w.toHost}</h2>
        <p>{w.toHostText}</p>
        {!lan && (
          <p>
            {w.lanText} <code>ovation serve --lan</code>.
          </p>
        )}
      </aside>
      <Toasts />
    </main>
  );
}

mount(<Start />);
