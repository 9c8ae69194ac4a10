import { api } from "../lib/api";
import { linkTo } from "../lib/session";
import { CopyLink } from "../staff/copy";
import { MadeLinks, useMade } from "../staff/made";
import { words } from "./words";

const invitations = [
  { role: "viewer", page: "", hours: 0 }, // anyone's: it holds no token
  { role: "moderator", page: "/host", hours: 12 },
  { role: "overlay", page: "/overlay", hours: 720 },
  { role: "host", page: "/host", hours: 12 },
] as const;

/** Links to be given away, each made when it is asked for; below them those that were made, to be taken back. */
export function Invitations({ token, room }: { token: string; room: string }) {
  const made = useMade(token, room);
  return (
    <>
      <ul class="invitations">
        {invitations.map((i) => (
          <li key={i.role}>
            <div>
              <strong>{words().invitations[i.role].title}</strong>
              <p class="meta">{words().invitations[i.role].text}</p>
            </div>
            <CopyLink
              whom={words().invitations[i.role].title}
              onCopied={made.again}
              link={
                i.role === "viewer"
                  ? linkTo(`/r/${room}`)
                  : async () => {
                      const [link] = await api.links(token, room, [i.role], i.hours);
                      return linkTo(`/r/${room}${i.page}`, link?.token ?? "");
                    }
              }
            />
          </li>
        ))}
      </ul>
      {(made.value?.links.length ?? 0) > 0 && <MadeLinks token={token} room={room} made={made} onTakenBack={made.again} />}
    </>
  );
}
