import { expect, test } from "vitest";
import { House } from "./house";
import { desk, visit } from "./people";

const house = new House();
const { server } = house;

test("the token leaves the address before anything is asked for, and no request carries it", async () => {
  const token = server.token("moderator");
  const visited = await visit(house.browser, `${server.ready.links.viewer}?theme=dark#t=${token}`, desk);
  await visited.page.getByText("LIVE", { exact: true }).waitFor();
  expect(visited.page.url()).toBe(`${server.ready.links.viewer}?theme=dark`);
  expect(visited.asked.length).toBeGreaterThan(3);
  expect(visited.asked.filter((url) => url.includes(token) || url.includes("t="))).toEqual([]);
  expect(visited.asked.filter((url) => new URL(url).host !== server.ready.listen)).toEqual([]); // no third party

  // A reload of this tab is the same person; another tab is not.
  const field = visited.page.getByRole("textbox", { name: "Say something" });
  await visited.page.reload();
  await field.fill("Good evening");
  await field.press("Enter");
  await visited.page.locator(".row .badge.mod").waitFor();
  visited.calm();
  await visited.leave();
});

test("no inline script, no other origin: the policy of the page is kept", async () => {
  const answer = await fetch(server.ready.links.viewer);
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  expect(await answer.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\bstyle=|\bon[a-z]+=/);
});
