import { test } from "vitest";
import { House } from "./house";
import { phone, say } from "./people";

const house = new House();
const { server } = house;

test("after a reload the page says how long slow mode has one wait on, before anything is typed", async () => {
  await server.api("PATCH", "/main?updateMask=settings.slow_mode_seconds", { settings: { slowModeSeconds: 600 } });
  const ada = await house.enter(server.ready.links.viewer, phone);
  await say(ada.page, "The first one", "Ada");
  const hint = ada.page.getByText(/^Next in 5\d\d s/);
  await hint.waitFor();
  await ada.page.reload();
  await hint.waitFor();
  ada.calm();
});
