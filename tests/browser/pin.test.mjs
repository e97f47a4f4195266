// A step is pinned, and seen beside the one that is selected.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { THEMES, overhang, violations } from "./lib/look.mjs";
import { Session } from "./lib/session.mjs";

let app;
let browser;
let id;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  id = await ran(app, "healthy");
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens the session with a step selected. */
async function at(step, options) {
  const opened = await openPage(browser, options);
  await opened.page.goto(`${app.url}/sessions/${id}/step/${step}`);
  await new Session(opened.page).says(/Passed/);
  await opened.page.locator(".current .head").waitFor();
  return { ...opened, pinned: opened.page.getByTestId("pinned"), current: opened.page.locator(".current") };
}

test("two steps are seen side by side, in the same view", async () => {
  const { page, context, complaints, pinned, current } = await at(1, { viewport: { width: 1440, height: 900 } });
  await page.keyboard.press("P");
  assert.equal(await pinned.count(), 0, "the selected step is seen once");
  assert.equal(await page.getByTestId("pin").getAttribute("aria-pressed"), "true");
  await page.keyboard.press("j");
  await pinned.waitFor();
  assert.match(await pinned.getByRole("heading").first().innerText(), /^1\s/);
  assert.match(await current.getByRole("heading").first().innerText(), /^2\s/);
  await page.keyboard.press("3");
  await pinned.getByText("401").first().waitFor();
  await current.getByText("200").first().waitFor();
  const [left, right] = await Promise.all([pinned.boundingBox(), current.boundingBox()]);
  assert.ok(left.x + left.width <= right.x + 1 && Math.abs(left.y - right.y) < 2, JSON.stringify([left, right]));
  assert.ok(left.width > 300 && right.width > 300, JSON.stringify([left, right]));
  await shot(page, "pin-beside");
  await page.keyboard.press("j");
  assert.match(await pinned.getByRole("heading").first().innerText(), /^1\s/, "it stays while others are selected");
  await page.keyboard.press("P");
  await pinned.waitFor({ state: "detached" });
  assert.deepEqual(complaints, []);
  await context.close();
});

test("on a narrow screen one is above the other", async () => {
  const { page, context, pinned, current } = await at(1, { viewport: { width: 800, height: 900 } });
  await page.getByTestId("pin").click();
  await page.keyboard.press("j");
  await pinned.waitFor();
  const [above, below] = await Promise.all([pinned.boundingBox(), current.boundingBox()]);
  assert.ok(above.y + above.height <= below.y + 1 && Math.abs(above.x - below.x) < 2, JSON.stringify([above, below]));
  await shot(page, "pin-stacked");
  await context.close();
});

test("axe finds nothing in either theme, and it fits a phone", async () => {
  const wrong = [];
  for (const colorScheme of THEMES) {
    for (const width of [320, 1280]) {
      const { page, context, pinned } = await at(1, { colorScheme, viewport: { width, height: 760 } });
      await page.getByTestId("pin").click();
      await page.keyboard.press("j");
      await pinned.waitFor();
      for (const key of ["1", "2", "3", "6"]) {
        await page.keyboard.press(key);
        for (const found of await violations(page)) wrong.push(`${colorScheme} ${width} view ${key}: ${found}`);
      }
      if ((await overhang(page)) > 0) wrong.push(`${colorScheme} ${width}: too wide`);
      await shot(page, `pin-${colorScheme}-${width}`);
      await context.close();
    }
  }
  assert.deepEqual(wrong, []);
});
