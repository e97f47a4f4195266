// Page objects: sharing a session, and being in one that somebody else shared.

import jsQR from "jsqr";
import { openPage } from "./browser.mjs";
import { Session } from "./session.mjs";

/** The dialog of a session's owner. */
export class ShareDialog {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByTestId("panel-share");
    this.sentence = page.getByTestId("share-sentence");
    this.address = page.getByTestId("share-url");
    this.links = page.getByTestId("share-link");
  }

  /** Opens it with the button. */
  async open() {
    await this.page.getByTestId("share").click();
    await this.opened();
  }

  /** Waits until it is there and has looked at everything. */
  async opened() {
    await this.dialog.waitFor();
    await this.page.getByText(/value(s)? (will be|has to be) hidden/).first().waitFor();
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await this.dialog.waitFor({ state: "detached" });
  }

  /** Makes a link and gives its address. */
  async create(kind, { name } = {}) {
    await this.dialog.locator(`input[value=${kind}]`).check();
    if (name) await this.page.getByTestId("share-name").fill(name);
    await this.page.getByTestId("share-create").click();
    await this.page.getByTestId("share-made").getByText(/Copied|did not let/).first().waitFor();
    return this.address.inputValue();
  }

  /** What a camera reads in the QR code of the link that was just made. */
  async scan() {
    await this.page.locator("details.qr summary").click();
    const code = this.page.getByTestId("share-qr");
    await code.waitFor();
    const [side, path] = await code.evaluate((svg) => [svg.viewBox.baseVal.width, svg.querySelector("path").getAttribute("d")]);
    const size = side * 4;
    const pixels = new Uint8ClampedArray(size * size * 4).fill(255);
    for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
      for (let at = 0; at < 16; at += 1) {
        pixels.fill(0, ...[0, 3].map((end) => ((y * 4 + (at >> 2)) * size + x * 4 + (at & 3)) * 4 + end));
      }
    }
    return jsQR(pixels, size, size)?.data;
  }

  /** Makes a link in one go. */
  async link(kind, options) {
    await this.open();
    const url = await this.create(kind, options);
    await this.close();
    return url;
  }

  /** Takes the link with a name back, and says when. */
  async revoke(name) {
    const button = this.page.getByRole("button", { name: `Revoke the link: ${name}` });
    const answered = this.page.waitForResponse((response) => response.request().method() === "DELETE");
    await button.click();
    await answered;
    return Date.now();
  }
}

/** Somebody who came by a link, with a browser of their own. */
export class Guest {
  static async come(browser, url, options) {
    const opened = await openPage(browser, options);
    const guest = new Guest(opened);
    await opened.page.goto(url);
    return guest;
  }

  constructor({ page, context, complaints }) {
    this.page = page;
    this.context = context;
    this.complaints = complaints;
    this.session = new Session(page);
    this.banner = page.getByTestId("guest-banner");
    this.follow = page.getByTestId("follow");
  }

  /** Waits until the stream is open and what there was is drawn. */
  async live() {
    await this.page.locator(".live.live").waitFor();
    await this.page.locator("a.step").first().waitFor();
  }

  /** Number of the selected step, as the address says it. */
  selected() {
    return this.page.evaluate(() => Number(/\/step\/(\d+)$/.exec(location.pathname)?.[1] ?? 0));
  }

  /** Waits until a step is selected. */
  selects(step) {
    return this.page.waitForFunction((n) => location.pathname.endsWith(`/step/${n}`), step);
  }

  leave() {
    return this.context.close();
  }
}

/** Milliseconds until a promise is kept. */
export async function took(promise) {
  const begin = Date.now();
  await promise;
  return Date.now() - begin;
}
