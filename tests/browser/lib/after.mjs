// Page objects of what comes before and after a run: the long form, the lab's tiles, what is saved, the card at the end.

/** The long form of the start page. */
export class Form {
  constructor(page) {
    this.page = page;
    this.advanced = page.getByTestId("advanced");
    this.problem = page.locator("#start-problem");
  }

  async open() {
    if (!(await this.advanced.evaluate((details) => details.open))) await this.advanced.locator("summary").first().click();
  }

  /** Opens the part about what happens after authorization. */
  async openAfter() {
    await this.open();
    await this.advanced.locator("details.nested > summary").click();
  }

  choose(id, value) {
    return this.page.locator(`#${id}`).selectOption(value);
  }

  fill(id, value) {
    return this.page.locator(`#${id}`).fill(value);
  }

  check(id) {
    return this.page.getByTestId(id).check();
  }

  /** Value of a field, to be seen by a person. */
  value(id) {
    return this.page.locator(`#${id}`).inputValue();
  }
}

/** A tile of the lab, wherever it is folded away. */
export async function tile(page, id) {
  const it = page.getByTestId(`lab-target-${id}`);
  if ((await it.count()) === 0) await page.getByTestId("lab-filter").fill(id.replaceAll("-", " "));
  await it.waitFor({ state: "attached" });
  if (!(await it.isVisible())) await page.locator("#lab details summary").click();
  return it;
}

/** The card at the end of a run. */
export class After {
  constructor(page) {
    this.page = page;
    this.card = page.getByTestId("after");
  }

  /** Opens one of its folds: `Call the MCP server` or `The client`. */
  async unfold(words) {
    const fold = this.card.locator("details").filter({ hasText: words }).first();
    if (!(await fold.evaluate((details) => details.open))) await fold.locator("summary").click();
  }

  /** Presses a button and waits until the run is at rest again. */
  async press(name) {
    await this.card.getByTestId(name).click();
  }

  /** Waits for a row of the diagram. */
  row(text) {
    return this.page.locator("a.step").filter({ hasText: text }).last().waitFor();
  }
}

/** What is saved, on the start page. */
export class Saved {
  constructor(page) {
    this.page = page;
    this.place = page.getByTestId("saved");
  }

  entry(text) {
    return this.place.locator("li").filter({ hasText: text }).first();
  }
}
