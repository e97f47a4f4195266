// Page object of the viewers in the inspector: a step's request, response, token and raw lines.

import { Files } from "./files.mjs";
import { Home } from "./session.mjs";
import { recording } from "./synthetic.mjs";

/** A kept recording in which some steps are changed: `changes` has a function of the exchange for each number. */
export async function changed(name, changes) {
  const whole = await recording(name);
  for (const { kind } of whole.events) {
    if (kind.type === "exchange") changes[kind.exchange.id]?.(kind.exchange);
  }
  return whole;
}

/** Puts another body into the response of a step. */
export function answering(contentType, body) {
  return (exchange) => {
    const { headers } = exchange.outcome;
    const kept = headers.filter(({ name }) => !/^content-type$/i.test(name));
    exchange.outcome.headers = [...kept, { name: "Content-Type", value: contentType }];
    exchange.outcome.body = Buffer.isBuffer(body)
      ? { base64: body.toString("base64"), length: body.length }
      : { text: body, length: Buffer.byteLength(body) };
  };
}

/** Opens a recording on the start page. */
export async function opened(page, app, whole) {
  await new Home(page, app).open();
  const files = new Files(page);
  await files.warm();
  await files.pick("recording.json", JSON.stringify(whole));
  await page.waitForURL(/\/sessions\/imported/);
  await page.locator("a.step").first().waitFor();
  return new Viewer(page);
}

/** What the inspector shows of the selected step. */
export class Viewer {
  constructor(page) {
    this.page = page;
    this.place = page.locator("#viewer");
    this.body = this.place.getByTestId("body");
    this.tree = this.place.getByTestId("json");
    this.search = this.place.getByTestId("json-search");
    this.hits = this.place.getByTestId("json-hits");
    this.hex = this.place.getByTestId("hex");
    this.fields = this.place.getByTestId("fields");
    this.challenge = this.place.getByTestId("challenge");
    this.signature = this.place.getByTestId("signature");
  }

  /** Selects a step and a view of it, and waits until it is there. */
  async show(step, view) {
    await this.page.getByTestId(`row-${step}`).click();
    await this.page.getByTestId(`tab-${view}`).click();
    await this.place.locator(".panel-host > *").first().waitFor();
  }

  /** Looks at the body in another way; `within`: the part of the page where the buttons are. */
  way(name, within = this.place) {
    return within.locator(".switch-row").getByRole("button", { name, exact: true }).first().click();
  }

  /** Verdicts by name, of a table. */
  async verdicts(table) {
    const rows = await table.locator(".judged > div").evaluateAll((rows) =>
      rows.map((row) => [row.querySelector("dt .name").textContent, row.dataset.verdict]));
    return Object.fromEntries(rows);
  }

  /** The texts of the tree's rows that are in the page. */
  rows() {
    return this.tree.getByRole("treeitem").allInnerTexts();
  }
}
