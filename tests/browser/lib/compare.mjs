// Page objects of the comparison and the matrix, which are written on the server.

import { Home } from "./session.mjs";

/** Starts a session without a browser window on it and waits until it has come to rest. */
export async function ran(app, target, config = {}) {
  const headers = { "content-type": "application/json" };
  const url = await new Home(null, app).target(target);
  const body = JSON.stringify({ config: { server_url: url, follow_redirects: true, ...config }, start: "run" });
  const made = await (await fetch(`${app.url}/api/sessions`, { method: "POST", headers, body })).json();
  const events = await fetch(`${app.url}/api/sessions/${made.id}/events`);
  // Every event wakes the reader; what the session says then is the truth.
  for await (const _ of events.body) {
    const { summary } = await (await fetch(`${app.url}/api/sessions/${made.id}`)).json();
    if (["finished", "your_turn"].includes(summary.status)) break;
  }
  return made.id;
}

/** The comparison of two sessions. */
export class Compare {
  constructor(page, app) {
    this.page = page;
    this.app = app;
    this.sentence = page.getByTestId("difference");
    this.detail = page.getByTestId("pair-detail");
    this.folds = page.getByTestId("fold");
    this.changes = page.getByTestId("finding-changes");
    this.pairs = page.locator("a.pair");
    this.selected = page.locator('a.pair[aria-current="step"]');
  }

  async open(a, b, rest = "") {
    await this.page.goto(`${this.app.url}/compare/${a}/${b}${rest}`);
    await this.sentence.waitFor();
  }

  /** From the page of a session: the button, then the previous run. */
  async withPrevious() {
    await this.page.getByTestId("compare").click();
    await this.page.getByTestId("with-previous").click();
    await this.sentence.waitFor();
  }

  /** The rows of one mark: `changed`, `added`, `removed` or `same`. */
  rows(mark) {
    return this.page.locator(`.cmp-row.${mark} > a.pair`);
  }

  /** Clicks a row and waits for its values. */
  async select(row) {
    await row.click();
    await this.page.waitForURL(/\/compare\/[^/]+\/[^/]+\/\d+\/\d+/);
    await this.detail.waitFor();
  }

  /** Rows that are not in a fold. */
  get unfolded() {
    return this.page.locator(".cmp-row:not(.same) > a.pair");
  }

  /** Shows or hides what differs in every run. */
  async toggleVolatile(words) {
    await this.page.getByTestId("volatile").click();
    await this.page.getByTestId("volatile").getByText(words).waitFor();
  }
}

/** The matrix: its form and its table. */
export class Matrix {
  constructor(page, app) {
    this.page = page;
    this.app = app;
    this.table = page.getByTestId("matrix");
    this.tally = page.getByTestId("tally");
    this.moves = page.getByTestId("moves");
  }

  /** Fills the form in and runs it; `without` names boxes to clear. */
  async run(url, { without = [] } = {}) {
    await this.page.goto(`${this.app.url}/matrix`);
    await this.page.getByTestId("matrix-url").fill(url);
    for (const value of without) await this.page.locator(`input[value="${value}"]`).uncheck();
    await this.page.getByTestId("matrix-start").click();
    await this.page.waitForURL(/\/matrix\/.+/);
    await this.table.waitFor();
  }

  /** Waits until every cell has run, or waits for a person; the page follows by itself. */
  async done() {
    const still = () => !/still to come/.test(document.querySelector('[data-testid="tally"]').textContent);
    await this.page.waitForFunction(still, null, { timeout: 60_000 });
  }

  cell(revision, way) {
    return this.page.getByTestId(`cell-${revision}-${way}`);
  }
}
