// Headless Chromium for the suites: one browser per suite file, a fresh profile per page, and a record of
// everything the page complained about.

import { join } from "node:path";
import { chromium } from "playwright-core";
import { setting } from "./app.mjs";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser. The sandbox is off, because as root Chromium refuses to start with it. */
export function launchBrowser() {
  return chromium.launch({
    executablePath: setting("AUTHSCOPE_CHROMIUM"),
    chromiumSandbox: false,
    args: FLAGS,
  });
}

/**
 * Opens a page with a profile of its own.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options] for example `{ colorScheme: "dark" }`
 * @returns the page, and `complaints`: its console errors, uncaught exceptions and failed requests so far
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  return { page, context, complaints: watch(page) };
}

/** Collects what a page complains about. */
export function watch(page) {
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => complaints.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  return complaints;
}

/** Saves a picture of the page as `target/screenshots/<name>.png`. */
export function shot(page, name) {
  return page.screenshot({ path: join(setting("AUTHSCOPE_SCREENSHOTS"), `${name}.png`) });
}
