// Everything with the keyboard: a whole flow, every shortcut of the sheet, the palette. No click of a mouse here.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { Home, Session } from "./lib/session.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens a session that is over. */
async function over(target = "healthy") {
  const id = await ran(app, target);
  const opened = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1440, height: 900 } });
  await opened.page.goto(`${app.url}/sessions/${id}`);
  await new Session(opened.page).says(/Passed|Failed/);
  return opened;
}

const selected = (page) => page.evaluate(() => Number(document.querySelector('a.step[aria-current="step"] .number')?.textContent ?? 0));
const keys = async (page, ...all) => {
  for (const key of all) await page.keyboard.press(key);
};

/** Waits until something has the focus: it moves there after the page has drawn, sooner than a hand is at the next key. */
const focused = (page, selector) => page.waitForFunction((css) => document.activeElement?.matches(css), selector);

/** Presses Tab until something with this name has the focus. */
async function tabTo(page, name) {
  for (let tries = 0; tries < 80; tries += 1) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate(() => {
      const control = document.activeElement?.closest("a, button, input, summary");
      return control?.getAttribute("aria-label") ?? control?.textContent ?? "";
    });
    if (name.test(text.trim())) return;
  }
  assert.fail(`${name} is not reached with Tab`);
}

test("a whole flow: enter the address, sign in, read what came, all by keyboard", async () => {
  const { page, context } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  const home = new Home(page, app);
  await home.open();
  const url = await home.target("healthy");
  await page.waitForFunction(() => document.activeElement?.id === "url");
  await page.keyboard.type(url);
  await page.keyboard.press("Enter");
  const session = new Session(page);
  await session.turn.waitFor();
  // The address field of the start page is gone; letters are shortcuts again.
  const [popup] = await Promise.all([context.waitForEvent("page"), page.keyboard.press("o")]);
  // The way there goes over authscope.
  await popup.getByRole("button", { name: /allow/i }).first().waitFor();
  await tabTo(popup, /allow/i);
  await popup.keyboard.press("Enter");
  await page.bringToFront();
  await session.says("Passed");
  await keys(page, "g");
  assert.equal(await selected(page), 1);
  await keys(page, "j", "j");
  assert.equal(await selected(page), 3);
  await focused(page, "#step-3 a.step");
  await page.keyboard.press("Enter");
  await focused(page, "[role=tab]");
  await keys(page, "3");
  await page.locator('[data-testid=tab-response][aria-selected="true"]').waitFor();
  await page.keyboard.press("Escape");
  await focused(page, "a.step");
  await keys(page, "End");
  assert.equal(await selected(page), await session.steps());
  await context.close();
});

test("the keys of the sheet do what it says", async () => {
  const { page, context } = await over("token-audience-mismatch");
  await keys(page, "Escape", "Escape", "g");
  assert.equal(await selected(page), 1);
  await keys(page, "G");
  const last = await selected(page);
  assert.ok(last > 5);
  await keys(page, "k");
  assert.equal(await selected(page), last - 1);
  await keys(page, "Home", "ArrowDown");
  assert.equal(await selected(page), 2);
  await keys(page, "ArrowRight");
  await page.locator('[data-testid=tab-request][aria-selected="true"]').waitFor();
  await keys(page, "n");
  assert.ok(await page.locator(".row.selected").count());
  await keys(page, "c", "c");
  await page.locator(".toast").getByText("Copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl /);
  await keys(page, "c", "m");
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("#") || (await navigator.clipboard.readText()).includes("```"));
  await keys(page, "c", "l");
  await page.waitForFunction(async () => /\/sessions\/.+\/step\/\d+$/.test(await navigator.clipboard.readText()));
  await keys(page, "/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  await context.close();
});

test("the sheet opens, keeps the focus, and turns letters off", async () => {
  const { page, context } = await over();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog");
  await sheet.waitFor();
  for (let tries = 0; tries < 6; tries += 1) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest("dialog"));
    assert.ok(inside, "the focus stays in the sheet");
  }
  await sheet.getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  const before = await selected(page);
  await keys(page, "G", "j");
  assert.equal(await selected(page), before, "letters mean nothing now");
  await page.reload();
  await page.locator("a.step").first().waitFor();
  await keys(page, "G");
  assert.equal(await selected(page), 0, "the browser remembers it");
  await context.close();
});

test("the palette finds an action by its name and does it", async () => {
  const { page, context } = await over();
  await page.keyboard.press("Control+k");
  const field = page.getByTestId("palette");
  await field.waitFor();
  await page.keyboard.type("step 2 of");
  await page.locator("#palette-list [role=option]").first().waitFor();
  await shot(page, "palette");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('a.step[aria-current="step"] .number')?.textContent === "2");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("go to rules");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/rules$/);
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette").waitFor();
  await page.keyboard.press("Escape");
  await page.getByTestId("palette").waitFor({ state: "hidden" });
  await context.close();
});

test("diagram and inspector are one stop of the Tab key each", async () => {
  const { page, context } = await over();
  const stops = await page.evaluate(() => ({
    steps: document.querySelectorAll('a.step[tabindex="0"]').length,
    all: document.querySelectorAll("a.step").length,
  }));
  assert.ok(stops.all > 5 && stops.steps === 1, JSON.stringify(stops));
  await keys(page, "g");
  assert.equal(await page.evaluate(() => document.querySelectorAll('[role=tab][tabindex="0"]').length), 1);
  await context.close();
});
