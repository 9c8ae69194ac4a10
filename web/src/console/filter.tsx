import type { RefObject } from "preact";
import { mostTyped } from "../lib/typed";
import { Icon } from "../ui";
import { words } from "./words";

/** Where one types what all lists are to hold; `keys` tells the key that leads here. */
export function Filter({ field, value, keys, onChange }: { field: RefObject<HTMLInputElement | null>; value: string; keys: boolean; onChange: (value: string) => void }) {
  const w = words();
  return (
    <label class="filter">
      <Icon name="search" />
      <input
        ref={field}
        value={value}
        maxLength={mostTyped}
        onInput={(e) => onChange(e.currentTarget.value)}
        placeholder={keys ? `${w.filter} ( / )` : w.filter}
        aria-label={w.filter}
        aria-keyshortcuts="/"
      />
    </label>
  );
}
