// Real servers through a real browser, with their own login and consent pages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { freePort } from "./lib/ports.mjs";
import { launchers, startServer } from "./lib/servers.mjs";
import { Home } from "./lib/session.mjs";

const skip = launchers() ? false : "there is no folder with launchers of real servers (AUTHSCOPE_SERVERS)";
let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

async function run(name, signIn) {
  const server = await startServer(name, await freePort(2));
  const { page, context } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  try {
    const home = new Home(page, app);
    await home.open();
    const session = await home.debug(server.mcp);
    const popup = await session.signIn();
    await signIn(popup);
    await session.verdict.getByText(/Passed|Warnings|Failed/).first().waitFor({ timeout: 30_000 });
    await shot(page, `server-${name}`);
    const verdict = await session.verdict.innerText();
    assert.doesNotMatch(verdict, /Failed/, verdict);
    await page.getByText("tools/list").first().waitFor();
  } finally {
    await context.close();
    await server.stop();
  }
}

test("oidc-provider: any login, then consent", { skip }, () =>
  run("oidc-provider", async (popup) => {
    await popup.locator('input[name="login"]').fill("ana");
    await popup.locator('input[name="password"]').fill("any");
    await popup.getByRole("button").first().click();
    await popup.getByRole("button", { name: /continue/i }).click();
  }));

test("canaille: two login forms, then a consent form", { skip }, () =>
  run("canaille", async (popup) => {
    await popup.locator('input[name="login"]').fill("alice");
    await popup.locator('button[type="submit"], input[type="submit"]').first().click();
    await popup.locator('input[name="password"]').fill("correct-horse-battery");
    await popup.locator('button[type="submit"], input[type="submit"]').first().click();
    await popup.locator('button[name="answer"][value="accept"]').click();
  }));
