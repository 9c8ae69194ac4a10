import { useState } from "preact/hooks";
import { api, keep, type FileName } from "../lib/api";
import { sentence } from "../lib/sentences";
import { Button, Icon, toast } from "../ui";
import { words } from "./words";
import "./files.css";

const files: readonly (readonly [file: FileName, hosts: boolean])[] = [
  ["room.jsonl", false],
  ["comments.csv", false],
  ["audit.csv", false],
  ["chapters.vtt", false],
  ["questions.csv", true],
  ["questions.jsonl", true],
];

/** What can be taken away of a room, each as a file that the browser keeps; `host` has all of them. */
export function Files({ room, token, host }: { room: string; token: string; host: boolean }) {
  const w = words();
  const [busy, setBusy] = useState<FileName>();
  const take = async (file: FileName) => {
    setBusy(file);
    try {
      keep(await api.file(token, room, file), `${room}-${file}`);
      toast(w.taken);
    } catch (error) {
      toast(sentence(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <ul class="files">
      {files
        .filter(([, hosts]) => host || !hosts)
        .map(([file]) => (
          <li key={file}>
            <Button disabled={busy !== undefined} onClick={() => void take(file)}>
              <Icon name="down" />
              {w.file[file]}
            </Button>
          </li>
        ))}
    </ul>
  );
}
