import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { desk, launch, visit, type Visit } from "./people";
import { Server } from "./server";

/**
 * The server and the browser of a test file, there from its first test to its last. The visits of a test end with it. A
 * test that is tried again finds a server on which nothing has happened but what furnishes the house.
 */
export class House {
  readonly server = new Server();
  browser!: Browser;
  visits: Visit[] = [];

  /** `furnish` makes the rooms that all tests of the file find. */
  constructor(furnish?: (house: House) => Promise<void>) {
    beforeAll(async () => {
      [this.browser] = await Promise.all([launch(), this.server.start()]);
      await furnish?.(this);
    });
    beforeEach(async ({ task }) => {
      if (!task.result?.retryCount) return;
      await this.server.renew();
      await furnish?.(this);
    }, 120_000);
    afterEach(async () => {
      for (const one of this.visits) await one.leave();
      this.visits = [];
    });
    afterAll(async () => {
      await this.browser?.close();
      await this.server.remove();
    });
  }

  /** Opens an address in a browser context of its own. */
  async enter(url: string, options: BrowserContextOptions = desk, before?: (page: Page) => Promise<unknown>): Promise<Visit> {
    const one = await visit(this.browser, url, options, before);
    one.page.setDefaultTimeout(15_000); // sooner than the test's own, so that it names the step
    this.visits.push(one);
    return one;
  }
}
