// Page objects of the reference pages: the rules, the gallery of the lab, what was checked.

import { Session } from "./session.mjs";

/** The catalogue of the rules. */
export class Rules {
  constructor(page, app) {
    this.page = page;
    this.app = app;
    this.items = page.locator(".rules > li:not([hidden])");
  }

  async open() {
    await this.page.goto(`${this.app.url}/rules`);
    await this.items.first().waitFor();
  }

  /** Types into the search; the list narrows down at once. */
  async search(words) {
    await this.page.getByTestId("rule-search").fill(words);
  }

  /** Opens the page of a rule from the list. */
  async read(id) {
    await this.items.locator("a", { has: this.page.locator(`code:text-is("${id}")`) }).first().click();
    await this.page.getByTestId("rule-id").waitFor();
  }

  /** Where the references lead. */
  references() {
    return this.page.locator(".references a").evaluateAll((links) => links.map((link) => link.href));
  }
}

/** The gallery of the lab. */
export class Gallery {
  constructor(page, app) {
    this.page = page;
    this.app = app;
    this.tiles = page.locator(".tiles > li:not([hidden])");
  }

  async open(path = "lab") {
    await this.page.goto(`${this.app.url}/${path}`);
    await this.page.getByRole("heading", { level: 1 }).waitFor();
  }

  async search(words) {
    await this.page.getByTestId("lab-search").fill(words);
  }

  /** Opens the page of a target. */
  async pick(id) {
    await this.page.getByTestId(`lab-${id}`).click();
    await this.page.getByTestId("lab-run").waitFor();
  }

  /** Ticks faults and opens the server that has all of them. */
  async together(...ids) {
    for (const id of ids) await this.page.locator(`.tiles input[value="${id}"]`).check();
    await this.page.getByTestId("lab-together").click();
    await this.page.getByTestId("lab-run").waitFor();
  }

  /** Runs what the page is about. */
  async run() {
    await this.page.getByTestId("lab-run").click();
    await this.page.waitForURL(/\/sessions\//);
    const session = new Session(this.page);
    await session.verdict.waitFor();
    return session;
  }
}

/** The part of the inspector that says what was checked. */
export class Checks {
  constructor(page) {
    this.part = page.getByTestId("checks");
  }

  async open() {
    await this.part.locator("summary").first().click();
    await this.part.locator(".checks-count").waitFor();
  }

  /** Opens one of its lists, such as "In order". */
  async list(name) {
    const list = this.part.locator("details", { has: this.part.page().locator(`summary:text("${name}")`) }).last();
    await list.locator("summary").click();
    return list;
  }
}
