// Page objects: how a person uses the start page and a session page. Find, act, check: suites speak in these.

/** The start page. */
export class Home {
  constructor(page, app) {
    this.page = page;
    this.app = app;
  }

  async open() {
    await this.page.goto(this.app.url);
    await this.page.getByTestId("url-field").waitFor();
  }

  /** The address of a target of the lab. */
  async target(id) {
    const info = await (await fetch(`${this.app.url}/api/info`)).json();
    const target = info.lab.find((target) => target.id === id);
    if (!target) throw new Error(`the lab has no target ${id}`);
    return target.url;
  }

  /** Enters an address and starts; `stepwise` asks for one exchange per click. */
  async debug(url, { stepwise = false, advanced } = {}) {
    await this.page.getByTestId("url-field").fill(url);
    if (stepwise || advanced) await this.page.getByTestId("advanced").locator("summary").first().click();
    if (stepwise) await this.page.getByTestId("stepwise").check();
    if (advanced) await advanced(this.page);
    await this.page.getByTestId("debug-button").click();
    await this.page.waitForURL(/\/sessions\//);
    const session = new Session(this.page);
    await session.verdict.waitFor();
    return session;
  }
}

/** A session page. */
export class Session {
  constructor(page) {
    this.page = page;
    this.verdict = page.getByTestId("verdict");
    this.turn = page.getByTestId("your-turn");
    this.bar = page.getByTestId("connection-bar");
  }

  /** Waits until the verdict bar says something. */
  says(text) {
    return this.verdict.getByText(text).first().waitFor();
  }

  /** Number of rows that are steps. */
  steps() {
    return this.page.locator("a.step").count();
  }

  /** Waits until there are more steps than before. */
  async moreThan(count) {
    await this.page.waitForFunction((n) => document.querySelectorAll("a.step").length > n, count);
  }

  /** Ids of all rows, in order. */
  rows() {
    return this.page.evaluate(() => [...document.querySelectorAll(".rows > li")].map((row) => row.id));
  }

  /** Clicks the sign-in button and gives the window that opens. */
  async signIn() {
    const link = this.page.getByTestId("authorize-link");
    await link.waitFor();
    const [popup] = await Promise.all([this.page.context().waitForEvent("page"), link.click()]);
    // Where nobody is asked anything, it may have come back and closed itself by now.
    await popup.waitForLoadState().catch((error) => {
      if (!popup.isClosed()) throw error;
    });
    return popup;
  }

  /** Signs in and consents on the lab's page. */
  async consent() {
    const popup = await this.signIn();
    await popup.getByRole("button", { name: /allow/i }).first().click();
    return popup;
  }

  /** Pastes an address into the fallback field. */
  async paste(url) {
    const fold = this.turn.locator("details");
    if (!(await fold.evaluate((details) => details.open))) await fold.locator("summary").click();
    await this.page.getByTestId("paste-field").fill(url);
    await this.page.getByTestId("paste-submit").click();
  }

  /** The address that the sign-in link leads to at the provider, without opening it in the browser. */
  async authorizationUrl() {
    const href = await this.page.getByTestId("authorize-link").evaluate((link) => link.href);
    const response = await fetch(href, { redirect: "manual" });
    return response.headers.get("location");
  }
}

/** Follows an authorization URL as a client without a browser does; the lab consents by itself then. */
export async function redirectedTo(authorizationUrl) {
  const response = await fetch(authorizationUrl, { redirect: "manual", headers: { accept: "*/*" } });
  const location = response.headers.get("location");
  if (!location) throw new Error(`no redirect but ${response.status} from ${authorizationUrl}`);
  return location;
}
