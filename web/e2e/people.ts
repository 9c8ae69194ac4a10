import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { inject } from "vitest";
import type { Server } from "./server";

export const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, locale: "en-GB" };
export const desk: BrowserContextOptions = { viewport: { width: 1600, height: 900 }, locale: "en-GB" };

export function launch(...flags: string[]): Promise<Browser> {
  return chromium.launch({ executablePath: inject("chromium"), args: ["--no-sandbox", ...flags] });
}

/** A page that must not fail: whatever it says is wrong is thrown by `calm`. */
export interface Visit {
  readonly page: Page;
  /** Addresses it asked for, sockets included. */
  readonly asked: string[];
  /** Throws when the page broke, or its Content-Security-Policy was broken. */
  calm(): void;
  leave(): Promise<void>;
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = phone, before?: (page: Page) => Promise<unknown>): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await before?.(page);
  const wrong: string[] = [];
  const asked: string[] = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/WebSocket connection|Failed to load resource|ERR_/.test(text)) wrong.push(text);
  });
  page.on("request", (request) => asked.push(request.url()));
  page.on("websocket", (socket) => asked.push(socket.url()));
  await page.goto(url);
  return {
    page,
    asked,
    calm() {
      if (wrong.length > 0) throw new Error(`the page broke: ${wrong.join("\n")}`);
    },
    leave: () => context.close(),
  };
}

/** Writes a comment, with a name if one is asked for. */
export async function say(page: Page, text: string, name: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Say something" });
  await field.fill(text);
  const naming = page.getByLabel("How shall we call you?");
  const posted = page.locator(".row", { hasText: text });
  const taken = naming.or(posted).first();
  // While the page has no connection yet Enter does nothing, and the words stay.
  await field.press("Enter");
  for (const until = Date.now() + 15_000; !(await taken.isVisible()); ) {
    if (Date.now() > until) throw new Error(`"${text}" was not taken`);
    await page.waitForTimeout(200);
    if (!(await taken.isVisible()) && (await field.isVisible())) await field.press("Enter");
  }
  if (await naming.isVisible()) {
    await naming.fill(name);
    await page.getByRole("button", { name: "Send as this name" }).click();
  }
  await posted.first().waitFor();
}

/** Asks a question on the Questions tab, with a name if one is asked for. */
export async function ask(page: Page, text: string, name: string): Promise<void> {
  await page.getByRole("button", { name: "Ask a question" }).click();
  await page.getByRole("textbox", { name: "Your question" }).fill(text);
  const naming = page.getByLabel("How shall we call you?");
  if (await naming.isVisible()) await naming.fill(name);
  // As in say: without a connection the words stay, and are asked again.
  const asked = page.getByRole("button", { name: "Ask", exact: true });
  for (const until = Date.now() + 15_000; await page.locator("dialog[open]").isVisible(); ) {
    if (Date.now() > until) throw new Error(`"${text}" was not asked`);
    if (await asked.isEnabled().catch(() => false)) await asked.click({ timeout: 1000 }).catch(() => undefined); // it closed meanwhile
    await page.waitForTimeout(200);
  }
}

/** All hearts given, as the page tells. */
export async function total(page: Page): Promise<number> {
  return Number(await page.locator("[data-total]").getAttribute("data-total"));
}

/**
 * Presses a key from inside the page, at once when what is looked for is there, or when it is gone: from outside a key comes
 * as late as the machine is busy. The window has `pressed` then.
 */
export async function pressOnce(page: Page, selector: string, key: string, gone = false): Promise<void> {
  await page.evaluate(
    (o) => {
      const seen = new MutationObserver(() => {
        if ((document.querySelector(o.selector) === null) !== o.gone) return;
        seen.disconnect();
        setTimeout(() => {
          dispatchEvent(new KeyboardEvent("keydown", { key: o.key, bubbles: true, cancelable: true }));
          Object.assign(window, { pressed: true });
        });
      });
      seen.observe(document.body, { subtree: true, childList: true });
    },
    { selector, key, gone },
  );
}

/** A moderator at the console's own tool, the client library, in a page without any other script. */
export class Moderator {
  private constructor(
    readonly page: Page,
    readonly leave: () => Promise<void>,
  ) {}

  /** `link` is the token of a link that was made for them. */
  static async enter(browser: Browser, server: Server, room = "main", link = ""): Promise<Moderator> {
    const context = await browser.newContext({ bypassCSP: true }); // to load a script into a page that is not ours
    const page = await context.newPage();
    await page.goto(server.at("/livez"));
    await page.addScriptTag({ url: server.at("/client/v1/ovation.js") });
    const token = link || (room === "main" ? server.token("moderator") : server.mint("moderator", "1h", room));
    await page.evaluate(({ given, id }) => {
      const library = (window as unknown as { Ovation: typeof import("../client") }).Ovation;
      Object.assign(window, { room: library.connect({ room: id, token: given, client: "console", guests: null }) });
    }, { given: token, id: room });
    await page.waitForFunction(() => (window as unknown as { room: import("../client").Room }).room.view.loaded);
    return new Moderator(page, () => context.close());
  }

  /** Takes a step on the question with this text, as soon as it is known. */
  async step(step: "approve" | "reject" | "highlight" | "answer", text: string, words = ""): Promise<void> {
    await this.page.evaluate(
      async ({ what, wanted, said }) => {
        const { room } = window as unknown as { room: import("../client").Room };
        const find = () => [...room.view.moderation.values()].find((q) => q.text === wanted);
        const until = Date.now() + 10_000;
        while (!find() && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
        const q = find();
        if (!q) throw new Error(`no question "${wanted}"`);
        if (what === "reject" || what === "answer") await room.moderate[what](q, said);
        else await room.moderate[what](q);
      },
      { what: step, wanted: text, said: words },
    );
  }

  /** Changes the words of a question. */
  async mend(text: string, to: string): Promise<void> {
    await this.page.evaluate(
      async ({ before, after }) => {
        const { room } = window as unknown as { room: import("../client").Room };
        await room.moderate.edit([...room.view.moderation.values()].find((q) => q.text === before)!, after);
      },
      { before: text, after: to },
    );
  }

  /** How often a question was changed. */
  revision(text: string): Promise<number> {
    return this.page.evaluate((wanted) => {
      const { room } = window as unknown as { room: import("../client").Room };
      return [...room.view.moderation.values()].find((q) => q.text === wanted)?.revision ?? 0;
    }, text);
  }

  /** Writes a comment. */
  async say(text: string): Promise<void> {
    await this.page.evaluate((words) => (window as unknown as { room: import("../client").Room }).room.comments.post(words), text);
  }

  /** Writes so many comments, "Line 0" and on; people may not write as fast. */
  async fill(lines: number): Promise<void> {
    await this.page.evaluate(async (n) => {
      const { room } = window as unknown as { room: import("../client").Room };
      for (let i = 0; i < n; i++) await room.comments.post(`Line ${i}`);
    }, lines);
  }

  /** Asks so many questions, "Number 1 …" and on. */
  async ask(n: number, text: string): Promise<void> {
    await this.page.evaluate(
      async ({ many, words }) => {
        const { room } = window as unknown as { room: import("../client").Room };
        for (let i = 1; i <= many; i++) {
          await room.questions.ask(`Number ${i} ${words}`);
          if (i > 150) await new Promise((resolve) => setTimeout(resolve, 25)); // a socket has 50 frames a second
        }
      },
      { many: n, words: text },
    );
  }

  /** Puts the comment or question with this text on the overlay; nothing clears it. */
  async onAir(text = ""): Promise<void> {
    await this.page.evaluate(async (wanted) => {
      const { room } = window as unknown as { room: import("../client").Room };
      const comment = room.view.comments.find((c) => c.text === wanted)?.id;
      const question = [...room.view.questions.values()].find((q) => q.text === wanted)?.id;
      if (wanted && !comment && !question) throw new Error(`nothing says "${wanted}"`);
      await room.moderate.onAir(comment ? { comment } : question ? { question } : {});
    }, text);
  }

  /** Removes a comment for everyone. */
  async remove(text: string): Promise<void> {
    await this.page.evaluate(async (wanted) => {
      const { room } = window as unknown as { room: import("../client").Room };
      const found = room.view.comments.find((c) => c.text === wanted);
      if (!found) throw new Error(`no comment "${wanted}"`);
      await room.moderate.deleteComment(found.id);
    }, text);
  }
}
