import { expect, test } from "vitest";
import { catalogue } from "../lib/catalogue";
import { en } from "./words.en";
import { fr } from "./words.fr";

test("both languages say all of it", () => {
  expect(catalogue(fr)).toEqual(catalogue(en));
});
