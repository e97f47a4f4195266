// Page objects: editing a recorded request and sending it again.

/** The editor of one step's request. */
export class Resend {
  constructor(page) {
    this.page = page;
    this.button = page.getByTestId("resend");
    this.dialog = page.getByTestId("panel-resend");
    this.refused = page.getByTestId("resend-refused");
    this.outcome = page.getByTestId("resend-outcome");
    this.summary = page.getByTestId("answers-summary");
    this.signIn = page.getByTestId("resend-sign-in");
  }

  /** Selects the last step with a title and opens the editor. */
  async open(title) {
    await this.select(title);
    await this.button.click();
    await this.opened();
  }

  async select(title) {
    await this.page.locator("a.step").filter({ hasText: title }).last().click();
    await this.page.locator(".inspector .head").waitFor();
  }

  /** Waits until the request is there to be edited. */
  async opened() {
    await this.dialog.waitFor();
    await this.page.getByTestId("resend-send").waitFor();
  }

  field(name) {
    return this.dialog.getByRole("textbox", { name, exact: true });
  }

  /** Adds a header, query parameter or member. */
  async add(list, name, value) {
    const fields = this.page.getByTestId(`resend-${list}`);
    await fields.getByRole("button", { name: /^Add a/ }).click();
    await this.page.waitForFunction((id) => document.activeElement?.id.startsWith(`${id}-name-`), list);
    await this.page.keyboard.type(name);
    await this.page.keyboard.press("Tab");
    await this.page.keyboard.type(value);
  }

  async send() {
    await this.page.getByTestId("resend-send").click();
  }

  /** Number of the step that it was recorded as. */
  async step() {
    await this.outcome.waitFor();
    return Number(/Recorded as step (\d+)/.exec(await this.outcome.innerText())?.[1]);
  }

  /** What differs, as "name: before → after". */
  async differences() {
    await this.summary.waitFor();
    const rows = this.page.getByTestId("difference");
    return rows.evaluateAll((all) =>
      all.map((row) => {
        const [before, after] = [...row.querySelectorAll("dd")].map((side) => side.innerText.trim());
        return `${row.querySelector("h4").innerText}: ${before} → ${after}`;
      }),
    );
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await this.dialog.waitFor({ state: "detached" });
  }
}

/** What the lab's servers saw of a target, and what a session recorded. */
export async function recorded(app, id) {
  const response = await fetch(`${app.url}/api/sessions/${id}`);
  return response.json();
}

/** Where the flow waits for a person. */
export class Breakpoints {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByTestId("panel-breakpoints");
    this.held = page.getByTestId("release");
  }

  async open() {
    await this.page.getByTestId("breakpoints").click();
    await this.opened();
  }

  async opened() {
    await this.dialog.waitFor();
    await this.page.getByTestId("breakpoints-table").waitFor();
  }

  /** Ticks one, by the title of its step and the end of the request. */
  async set(step, end) {
    const taken = this.page.waitForResponse((response) => response.url().endsWith("/commands") && response.ok());
    await this.dialog.getByRole("checkbox", { name: `${step}: ${end}`, exact: true }).check();
    await taken;
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await this.dialog.waitFor({ state: "detached" });
  }
}
