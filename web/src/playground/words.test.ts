import { expect, test } from "vitest";
import { catalogue } from "../lib/catalogue";
import { en, fr } from "./words";

test("both catalogues of the playground say the same things, all of them in words", () => {
  expect(catalogue(fr)).toEqual(catalogue(en));
});
