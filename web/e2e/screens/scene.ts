import type { Browser } from "playwright-core";
import { ask, launch, Moderator, phone, say, visit } from "../people";
import { Server } from "../server";

/** Names and texts as people have them: long, from right to left, of one long word, of signs alone. */
export const people = ["Ada", "Maximiliane von Hohenfels-Wittgenstein", "سارة عبد الرحمن القحطاني", "李小龍", "שרה", "ᚠᚢᚦ 🎉🎉🎉", "Donaudampfschifffahrtsgesellschaftskapt"];
const comments = [
  "Good evening from Lisbon!",
  "The sound is very good here, and the picture too. I have watched this show since the first season, and it has never looked as calm as tonight. Thank you to everybody who works behind the stage.",
  "مساء الخير من الرباط، الصوت ممتاز هنا والصورة أيضا شكرا لكم",
  "こんばんは、東京から見ています。とても楽しみです。",
  "שלום מתל אביב, איזה ערב יפה",
  "👏👏👏 ❤️‍🔥",
  "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz".repeat(3),
];
const questions = [
  "Will there be a recording of tonight's show, and where can those who had to leave early find it afterwards?",
  "هل ستكون هناك ترجمة عربية للعرض القادم؟",
  "How long did the rehearsal take?",
  "アンコールはありますか？",
  "Is the stage real, or is it drawn?",
  "What would you do differently if you could begin again from the very first day, with everything that you know now about people, about stages, about the light, and about the sound of a hall in which nobody coughs at all?",
];

/** A server with a room for each state in which a list can be: full, empty, ended, and one that has yet to begin. */
export class Scene {
  private constructor(
    readonly browser: Browser,
    readonly server: Server,
  ) {}

  static async build(): Promise<Scene> {
    const [browser, server] = await Promise.all([launch(), new Server().start()]);
    const scene = new Scene(browser, server);
    await scene.#furnish().catch(async (error: unknown) => {
      await scene.close();
      throw error;
    });
    return scene;
  }

  async #furnish(): Promise<void> {
    const { server } = this;
    const long = "An evening about light, with friends from everywhere, and with a very long title";
    await server.api("POST", "", { room: "full", title: long, settings: { slowModeSeconds: 0, labels: ["The stage", "People", "What comes next"], heartCap: 100_000, tapsPerSecond: 1000, tapBurst: 1000 } });
    await server.api("POST", "", { room: "empty", title: "A quiet room" });
    await server.api("POST", "", { room: "soon", title: "حفل الخريف الكبير مع الأصدقاء", scheduled: true });
    await server.api("POST", "", { room: "over", title: "What was" });
    await server.api("POST", "", { room: "busy", title: "The keynote", settings: { labels: ["The stage", "People"], holdFiltered: true, questionRanking: "QUESTION_RANKING_HOSTS" } });
    await this.#fill("full");
    await this.#crowd("busy");
    await this.#fill("over", 2);
    await server.api("POST", "/over/end", {});
  }

  /** More than fits: what waits, what is held, who is muted, a written answer, and a room that is calm. */
  async #crowd(room: string): Promise<void> {
    const moderator = await Moderator.enter(this.browser, this.server, room);
    await moderator.ask(16, "of all that one would like to know, and of much that one would not, if there were more of the evening left?");
    for (const [i, text] of comments.slice(0, 3).entries()) {
      const one = await visit(this.browser, this.at(room), phone);
      await say(one.page, text, people[i]!);
      await one.leave();
    }
    await moderator.page.evaluate(async () => {
      const { room: joined } = window as unknown as { room: import("../../client").Room };
      const { moderate } = joined;
      const [first, second, third, ...more] = [...joined.view.moderation.values()];
      for (const q of [first!, second!, third!]) await moderate.approve(q);
      for (const q of more.slice(0, 2)) await moderate.label(q, "The stage");
      await moderate.claim(more[1]!.id);
      const [ada, max, sara] = joined.view.comments;
      await moderate.timeOut(ada!.person, 600);
      await moderate.ban(max!.person);
      await moderate.ban(sara!.person, { hidden: true });
      await moderate.terms({ add: ["sausage"] });
    });
    const held = await visit(this.browser, this.at(room), phone);
    await held.page.getByRole("textbox", { name: "Say something" }).fill("Where is the sausage?");
    await held.page.keyboard.press("Enter");
    await held.page.getByLabel("How shall we call you?").fill("Bo");
    await held.page.getByRole("button", { name: "Send as this name" }).click();
    await held.page.getByText("Where is the sausage?").first().waitFor();
    await held.leave();
    await moderator.page.evaluate(() => (window as unknown as { room: import("../../client").Room }).room.moderate.calm(true));
    await moderator.leave();
  }

  /** A page of a room with the token of a role. */
  at(room: string, page: "" | "host" | "overlay" | "embed" = ""): string {
    const token = page === "host" ? this.server.token("host") : page === "overlay" ? this.server.mint("viewer", "1h", room) : "";
    return `${this.server.at(`/r/${room}${page && `/${page}`}`)}${token && `#t=${token}`}`;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.remove();
  }

  async #fill(room: string, most = 99): Promise<void> {
    const moderator = await Moderator.enter(this.browser, this.server, room);
    for (const [i, text] of comments.slice(0, most).entries()) {
      const one = await visit(this.browser, this.at(room), phone);
      await say(one.page, text, people[i % people.length]!);
      await one.page.evaluate(() => document.querySelector<HTMLElement>(".heart-button")?.click());
      const question = questions[i];
      if (question) {
        await one.page.getByRole("tab", { name: /Questions/ }).tap();
        await ask(one.page, question, "");
        if (i !== 2 && i !== 4) await moderator.step("approve", question);
      }
      await one.leave();
    }
    await moderator.page.evaluate(
      async ([now, next]) => {
        const { room: joined } = window as unknown as { room: import("../../client").Room };
        const all = [...joined.view.moderation.values()];
        const find = (text: string | undefined) => all.find((q) => q.text === text);
        const [first, second] = [find(now), find(next)];
        if (first) await joined.moderate.highlight(first);
        if (second) await joined.moderate.queue(second);
        const pinned = joined.view.comments.find((c) => c.text.startsWith("The sound"));
        if (pinned) await joined.moderate.pin(pinned.id);
        for (let i = 0; i < 14; i++) await joined.comments.post(`A line of the moderator's, number ${i + 1}: please be kind to one another`);
      },
      [questions[0], questions[1]],
    );
    await moderator.leave();
  }
}
