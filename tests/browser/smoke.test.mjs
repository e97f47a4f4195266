// The home page opens in both themes: the app replaces the loading notice and nothing complains.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

for (const colorScheme of ["light", "dark"]) {
  test(`the home page opens (${colorScheme})`, async () => {
    const { page, context, complaints } = await openPage(browser, { colorScheme });
    await page.goto(app.url);
    await page.getByRole("heading", { level: 1 }).waitFor();
    assert.match(await page.title(), /authscope/);
    assert.equal(await page.locator("#boot").count(), 0, "the loading notice is still there");
    await shot(page, `home-${colorScheme}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("without the app's files the page says so in words", async () => {
  const { page, context } = await openPage(browser);
  await page.route(/\.wasm$/, (route) => route.abort());
  await page.goto(app.url);
  const notice = page.getByRole("alert");
  await notice.waitFor();
  assert.match(await notice.textContent(), /could not start/);
  await shot(page, "home-without-wasm");
  await context.close();
});
