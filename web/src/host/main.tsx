import { useEffect, useState } from "preact/hooks";
import { ApiError, api, stateOf, type ApiRoom } from "../lib/api";
import { ending, sentence } from "../lib/sentences";
import { readToken, takeToken } from "../lib/session";
import { Files } from "../staff/files";
import { words as shared } from "../staff/words";
import { Button, Empty, Failure, Icon, Live, mount, Skeleton, Spotlight, Toasts } from "../ui";
import { Create } from "./create";
import { SettingsForm } from "./form";
import { Deletion, Life } from "./life";
import { Invitations } from "./links";
import { words } from "./words";
import "./host.css";

const token = takeToken();
const ends = ["TOKEN_EXPIRED", "TOKEN_INVALID", "UNAUTHENTICATED", "PERMISSION_DENIED"];

/** All rooms that the link admits to, and what a host does with one. */
function Host() {
  const w = words();
  const [rooms, setRooms] = useState<readonly ApiRoom[]>();
  const [failed, setFailed] = useState<unknown>();
  const [chosen, setChosen] = useState(new URLSearchParams(location.search).get("room") ?? "");
  const [making, setMaking] = useState(false);
  const load = () => {
    setFailed(undefined);
    api.rooms(token).then(setRooms, setFailed);
  };
  useEffect(() => {
    if (token) load();
    const back = () => setChosen(new URLSearchParams(location.search).get("room") ?? "");
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const choose = (id: string) => {
    history.pushState(null, "", id ? `?room=${encodeURIComponent(id)}` : location.pathname);
    setChosen(id);
  };
  const replace = (room: ApiRoom) => setRooms((all) => all?.map((r) => (r.room === room.room ? room : r)));
  if (!token || readToken(token).role !== "host") return <Outside text={w.forHostsText} />;
  if (failed && failed instanceof ApiError && ends.includes(failed.reason)) return <Outside text={ending(failed.reason, failed.message).text} />;
  const room = rooms?.find((r) => r.room === chosen);
  return (
    <div class={`host ${room ? "has-room" : ""}`}>
      <nav aria-label={w.rooms}>
        <header>
          <h1>{w.rooms}</h1>
          <Button look="primary" onClick={() => setMaking(true)}>
            <Icon name="plus" />
            {w.newRoom}
          </Button>
        </header>
        {failed ? (
          <Failure title={shared().notRead} text={sentence(failed)}>
            <Button onClick={load}>{shared().tryAgain}</Button>
          </Failure>
        ) : !rooms ? (
          <Skeleton rows={6} />
        ) : rooms.length === 0 ? (
          <Empty title={shared().noRooms} text={w.firstRoom}>
            <Button onClick={() => setMaking(true)}>{w.newRoom}</Button>
          </Empty>
        ) : (
          <ul>
            {rooms.map((r) => (
              <li key={r.room}>
                <button type="button" class="room" aria-current={r.room === chosen ? "page" : undefined} onClick={() => choose(r.room)}>
                  <strong class="line">{r.title || r.room}</strong>
                  <span class="meta">
                    <Live state={stateOf(r) as "live"} />
                    <span class="line">{r.room}</span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </nav>
      <main>
        {room ? (
          <Panel
            key={room.room}
            room={room}
            onChange={replace}
            onBack={() => choose("")}
            onDeleted={() => {
              setRooms((all) => all?.filter((r) => r.room !== room.room));
              choose("");
            }}
          />
        ) : (
          rooms && rooms.length > 0 && (chosen ? <Empty title={w.noSuchRoom} text={w.noSuchRoomText} /> : <Empty title={w.choose} text={w.chooseText} />)
        )}
      </main>
      <Create
        token={token}
        open={making}
        onClose={() => setMaking(false)}
        onMade={(made) => {
          setMaking(false);
          setRooms((all) => [...(all ?? []), made].sort((a, b) => a.room.localeCompare(b.room)));
          choose(made.room);
        }}
      />
      <Toasts />
    </div>
  );
}

function Panel({ room, onChange, onBack, onDeleted }: { room: ApiRoom; onChange: (room: ApiRoom) => void; onBack: () => void; onDeleted: () => void }) {
  const w = words();
  return (
    <article class="panel">
      <header>
        <Button look="quiet" class="back" onClick={onBack}>
          <Icon name="left" />
          {w.allRooms}
        </Button>
        <div>
          <h1 class="kept">{room.title || room.room}</h1>
          <p class="meta">
            <Live state={stateOf(room) as "live"} /> {room.room}
          </p>
        </div>
        <a class="button" href={`/r/${room.room}/host#t=${token}`} target="_blank" rel="noreferrer">
          {w.console}
        </a>
        <a class="button" href={`/r/${room.room}`} target="_blank" rel="noreferrer">
          {w.viewerPage}
        </a>
        <Life token={token} room={room} onChange={onChange} />
      </header>
      <section aria-labelledby="links">
        <h2 id="links">{w.invite}</h2>
        <Invitations token={token} room={room.room} />
      </section>
      <section aria-labelledby="settings">
        <h2 id="settings">{w.settings}</h2>
        <SettingsForm token={token} room={room} onSaved={onChange} />
      </section>
      <section aria-labelledby="afterwards">
        <h2 id="afterwards">{w.afterwards}</h2>
        <Files room={room.room} token={token} host />
        <p class="meta">
          {w.afterwardsText} <code>{`ovation export ${room.room} --out ${room.room}.jsonl`}</code>
        </p>
        <Deletion token={token} room={room} onDeleted={onDeleted} />
      </section>
    </article>
  );
}

function Outside({ text }: { text: string }) {
  return (
    <main class="outside">
      <Spotlight />
      <h1>{words().forHosts}</h1>
      <p>{text}</p>
    </main>
  );
}

mount(<Host />);
