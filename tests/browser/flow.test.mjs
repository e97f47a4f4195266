// The main journeys: a complete flow with consent, step by step, late viewers, fallbacks, a restart, a fault.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { Home, Session, redirectedTo } from "./lib/session.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens the start page and a session on a target of the lab. */
async function debug(id, options = {}) {
  const opened = await openPage(browser, options.context);
  const home = new Home(opened.page, app);
  await home.open();
  const session = await home.debug(await home.target(id), options);
  return { ...opened, session };
}

for (const colorScheme of ["light", "dark"]) {
  test(`a complete flow with consent in the browser (${colorScheme})`, async () => {
    const { page, context, complaints, session } = await debug("healthy", { context: { colorScheme, viewport: { width: 1440, height: 900 } } });
    await session.turn.waitFor();
    await shot(page, `your-turn-${colorScheme}`);
    await session.consent();
    await session.says("Passed");
    assert.ok((await session.steps()) >= 10, "all steps are drawn");
    await page.getByText("tools/list").first().waitFor();
    await shot(page, `complete-${colorScheme}`);
    await page.locator("a.step").filter({ hasText: "/token" }).first().click();
    await page.getByTestId("tab-token").click();
    await page.getByText(/files:read/).first().waitFor();
    await shot(page, `token-${colorScheme}`);
    const text = await page.locator("main").innerText();
    assert.doesNotMatch(text, /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{40,}/, "no complete JWT is on the page");
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("step mode sends exactly one exchange per click, and run goes on from there", async () => {
  const { context, session, page } = await debug("healthy", { stepwise: true });
  await session.says("Paused");
  for (let click = 0; click < 3; click += 1) {
    const before = await session.steps();
    await page.getByTestId("step").click();
    await session.moreThan(before);
    await session.verdict.getByText(/Paused|Your turn/).first().waitFor();
    assert.equal(await session.steps(), before + 1, "one exchange per click");
  }
  await page.getByTestId("run").click();
  await session.turn.waitFor();
  await context.close();
});

test("a reload and a second viewer show the same history, then go on live", async () => {
  const { page, context, session } = await debug("healthy");
  await session.turn.waitFor();
  const second = await openPage(browser);
  await second.page.goto(page.url());
  const viewer = new Session(second.page);
  await viewer.turn.waitFor();
  await page.reload();
  await session.turn.waitFor();
  assert.deepEqual(await session.rows(), await viewer.rows());
  await session.consent();
  await viewer.says("Passed");
  await session.says("Passed");
  assert.deepEqual(await session.rows(), await viewer.rows());
  await second.context.close();
  await context.close();
});

test("a window that is closed without signing in is an event in words", async () => {
  const { page, context, session } = await debug("healthy");
  const popup = await session.signIn();
  await popup.close();
  await page.bringToFront();
  await page.getByText(/window was closed/i).first().waitFor();
  assert.equal(await session.turn.count(), 1, "it is still the person's turn");
  await context.close();
});

test("the address can be pasted; one with a wrong state is refused in words", async () => {
  const { page, context, session } = await debug("healthy");
  await session.turn.waitFor();
  await session.paste(`${app.url}/oauth/callback?code=made-up&state=wrong`);
  await page.getByText(/state/i).first().waitFor();
  assert.equal(await session.turn.count(), 1, "the flow still waits");
  const location = await redirectedTo(await session.authorizationUrl());
  await session.paste(location);
  await session.says("Passed");
  await context.close();
});

test("denied consent and a second hit on the callback are told in words", async () => {
  const { page, context, session } = await debug("healthy");
  const popup = await session.signIn();
  await popup.getByRole("button", { name: /deny|refuse|cancel/i }).first().click();
  await page.getByText(/access_denied|access was denied/i).first().waitFor();
  await session.says("Failed");
  await context.close();

  const again = await debug("healthy");
  await again.session.turn.waitFor();
  const location = await redirectedTo(await again.session.authorizationUrl());
  await fetch(location);
  await again.session.says("Passed");
  const second = await fetch(location);
  assert.equal(second.status, 400);
  assert.match(await second.text(), /none is awaited|already used/);
  await again.context.close();
});

test("a restart of the server in the middle loses nothing", async () => {
  const { page, context, session } = await debug("healthy");
  await session.turn.waitFor();
  const rows = await session.rows();
  await app.restart("SIGKILL");
  await page.getByText(/^live$/).first().waitFor({ timeout: 30_000 });
  assert.deepEqual(await session.rows(), rows);
  // The lab's authorization server lives in the process and forgot the client; the session itself goes on.
  await session.turn.waitFor();
  await session.paste(`${app.url}/oauth/callback?error=access_denied&state=${stateOf(await session.authorizationUrl())}`);
  await session.says("Failed");
  await context.close();
});

function stateOf(url) {
  return new URL(url).searchParams.get("state");
}

test("on a faulty target the first finding names the cause, and links to its step", async () => {
  const { page, context, session } = await debug("issuer-extra-slash", { context: { viewport: { width: 1440, height: 900 } } });
  const finding = page.getByTestId("finding-issuer-mismatch").first();
  await finding.waitFor();
  await page.getByTestId("go-on").waitFor();
  await finding.click();
  await page.waitForURL(/\/step\/\d+/);
  await page.getByText(/trailing slash/).first().waitFor();
  await shot(page, "finding");
  assert.match(await session.verdict.innerText(), /issuer/);
  await context.close();
});

test("a session that does not exist says so in words", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${app.url}/sessions/nope`);
  await page.getByText(/no session|not here|does not exist|no such session/i).first().waitFor();
  await context.close();
});

test("the page makes requests to one origin only", async () => {
  const { page, context } = await openPage(browser);
  const origins = new Set();
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  const home = new Home(page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"));
  await session.turn.waitFor();
  assert.deepEqual([...origins], [app.url]);
  await context.close();
});

for (const width of [320, 768, 1280, 1920]) {
  test(`nothing sticks out at ${width} px`, async () => {
    const { page, context, session } = await debug("healthy", { context: { viewport: { width, height: 900 } } });
    await session.turn.waitFor();
    const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(content <= view, `the page is ${content} px wide in a window of ${view}`);
    await shot(page, `session-${width}`);
    await context.close();
  });
}
