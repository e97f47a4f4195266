// The session page as a place to work in: filter, replay, map, what is new, presentation, states in words.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { Home, Session } from "./lib/session.mjs";
import { Front, longSession, next } from "./lib/synthetic.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens a session that ran to its end. */
async function over(target = "healthy", options = {}) {
  const id = await ran(app, target);
  const opened = await openPage(browser, options);
  await opened.page.goto(`${app.url}/sessions/${id}`);
  const session = new Session(opened.page);
  await session.says(/Passed|Failed/);
  return { ...opened, session, id };
}

/** Opens a session of so many steps, to which more can be added. */
async function long(steps, { notes, finished, path = "", ...options } = {}) {
  const front = await Front.start(app, await longSession(steps, { notes, finished }));
  const opened = await openPage(browser, options);
  await opened.page.goto(`${front.url}/sessions/long${path}`);
  await opened.page.locator("a.step").first().waitFor();
  return { ...opened, front };
}

const numbers = (page) => page.locator("a.step .number").allInnerTexts();

test("steps are filtered by verdict, participant, phase and text, and the filter is in the address", async () => {
  const { page, context, session } = await over();
  const all = await session.steps();
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter");
  await page.keyboard.type("REGISTER");
  await page.waitForURL(/q=REGISTER/);
  const some = await session.steps();
  assert.ok(some > 0 && some < all, `${some} of ${all}`);
  await page.getByTestId("clear-filter").click();
  assert.equal(await session.steps(), all);
  assert.doesNotMatch(page.url(), /\?/);
  await page.getByTestId("facets").click();
  const chip = page.getByTestId("with-mcp");
  const promised = Number(await chip.locator("b").innerText());
  await chip.click();
  assert.equal(await session.steps(), promised, "as many as the chip says");
  assert.equal(await chip.getAttribute("aria-pressed"), "true");
  await page.getByTestId("in-call").click();
  await page.waitForURL(/only=with-mcp,in-call/);
  const both = await numbers(page);
  assert.ok(both.length > 0 && both.length < promised);
  await page.reload();
  await page.getByTestId("clear-filter").waitFor();
  assert.deepEqual(await numbers(page), both, "the address brings the filter back");
  await shot(page, "filter");
  await page.getByTestId("row-1").waitFor({ state: "detached" });
  await page.getByTestId("clear-filter").click();
  await page.getByTestId("row-1").waitFor();
  await context.close();
});

test("a finding whose step the filter hides is shown all the same", async () => {
  const { page, context } = await over("token-audience-mismatch", { viewport: { width: 1440, height: 900 } });
  await page.getByTestId("filter").fill("nothing holds this");
  await page.getByText("No step is like that").waitFor();
  await page.locator("a.finding").first().click();
  await page.locator(".row.selected a.step").waitFor();
  assert.equal(await page.getByTestId("filter").inputValue(), "");
  await context.close();
});

test("a replay goes through the flow, the rest is dimmed, and the inspector goes along", async () => {
  const { page, context, session } = await over();
  const steps = await session.steps();
  await page.getByTestId("replay").click();
  await page.locator(".row.selected [data-testid=row-1]").waitFor();
  assert.equal(await page.locator(".row.is-step[data-to-come]").count(), (await page.locator("a.step").count()) - 1);
  await page.getByTestId("replay-on").click();
  await page.locator(".row.selected [data-testid=row-2]").waitFor();
  await page.locator(".inspector .number").getByText("2", { exact: true }).waitFor();
  await page.getByTestId("scrubber").fill("5");
  await page.locator(".row.selected [data-testid=row-5]").waitFor();
  await page.getByTestId("speed").click();
  assert.equal(await page.getByTestId("speed").innerText(), "4×");
  await shot(page, "replay");
  await page.getByTestId("play").click();
  await page.locator(`.row.selected [data-testid=row-${steps}]`).waitFor();
  assert.equal(await page.locator(".row.is-step[data-to-come]").count(), 0);
  await page.getByRole("button", { name: "End the replay" }).click();
  await page.getByTestId("replay-bar").waitFor({ state: "detached" });
  await context.close();
});

test("new steps are followed at the end, and announced to who reads further up", async () => {
  const { page, context, front } = await long(30, { viewport: { width: 1280, height: 600 } });
  const scrolled = () => page.evaluate(() => document.querySelector(".diagram").scrollTop);
  const atEnd = () => page.waitForFunction(() => ((d) => d.scrollHeight - d.scrollTop - d.clientHeight < 10)(document.querySelector(".diagram")));
  await atEnd();
  front.send(next(front.events));
  await page.getByTestId("row-31").waitFor({ state: "attached" });
  await atEnd();
  await page.evaluate(() => document.querySelector(".diagram").scrollBy(0, -100));
  await page.waitForTimeout(100);
  const before = await scrolled();
  for (let more = 0; more < 5; more += 1) front.send(next(front.events));
  await page.getByTestId("new-steps").getByText("5 new steps").waitFor();
  assert.equal(await scrolled(), before, "the reader's place is kept");
  await shot(page, "new-steps");
  await page.getByTestId("new-steps").click();
  await atEnd();
  await page.getByTestId("new-steps").waitFor({ state: "detached" });
  await context.close();
  await front.stop();
});

test("a long session has a map, and a click on it goes there", async () => {
  const { page, context, front } = await long(120);
  const map = page.getByTestId("minimap");
  await map.waitFor();
  const box = await map.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + 2);
  await page.waitForFunction(() => document.querySelector(".diagram").scrollTop === 0);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height - 2);
  await page.waitForFunction(() => document.querySelector(".diagram").scrollTop > 1000);
  await shot(page, "minimap");
  await context.close();
  await front.stop();
});

/** What a reader sees of the rows: their places in the list, and where on the screen each begins. */
const seen = (page) =>
  page.evaluate(() => {
    const pane = document.querySelector(".diagram").getBoundingClientRect();
    const rows = [...document.querySelectorAll(".rows > li")].map((row) => ({ id: row.id, place: Number(row.ariaPosInSet), all: Number(row.ariaSetSize), box: row.getBoundingClientRect() }));
    const inSight = rows.filter(({ box }) => box.bottom > pane.top + 60 && box.top < pane.bottom - 10);
    return inSight.map(({ id, place, all, box }) => ({ id, place, all, top: box.top, bottom: box.bottom }));
  });

/** The pane is full of rows, one right after the other. */
async function isFull(page) {
  await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(true)))));
  const rows = await seen(page);
  assert.ok(rows.length >= 5, `${rows.length} rows in sight`);
  for (const [at, row] of rows.entries()) {
    if (at === 0) continue;
    assert.ok(Math.abs(row.top - rows[at - 1].bottom) < 0.1, "no hole");
    assert.equal(row.place, rows[at - 1].place + 1);
  }
  return rows;
}

const scrollTo = (page, top) => page.evaluate((top) => document.querySelector(".diagram").scrollTo(0, top), top);
const inPage = (page) => page.locator(".rows > li").count();
/** What a page complained about, except that the server behind does not know the synthetic session. */
const wrong = (complaints) => complaints.filter((words) => !words.includes("404"));

test("of a session of 1,000 steps only the rows near the eye are in the page, and it looks as if all were", async () => {
  const { page, context, front, complaints } = await long(1_000, { notes: true, finished: true });
  const first = await isFull(page);
  assert.equal(first[0].place, 1);
  const { all } = first[0];
  assert.ok(all > 1_300, `${all} rows`);
  for (const part of [0.3, 0.8, 0.5]) {
    await page.evaluate((part) => ((pane) => pane.scrollTo(0, pane.scrollHeight * part))(document.querySelector(".diagram")), part);
    const rows = await isFull(page);
    assert.ok(Math.abs(rows[0].place / all - part) < 0.08, `${rows[0].place} of ${all} at ${part}`);
    assert.ok((await inPage(page)) < 120, `${await inPage(page)} rows in the page`);
  }
  await shot(page, "long-session");
  await scrollTo(page, 1e7);
  const last = await isFull(page);
  assert.equal(last.at(-1).place, all);
  assert.deepEqual(wrong(complaints), []);
  await context.close();
  await front.stop();
});

test("nothing moves under the eye of who reads a long session", async () => {
  const { page, context, front } = await long(1_000, { notes: true });
  await isFull(page);
  await scrollTo(page, 30_000);
  let before = await isFull(page);
  front.send(next(front.events));
  await page.getByTestId("new-steps").waitFor();
  assert.deepEqual((await isFull(page)).map(({ id, top }) => [id, top]), before.map(({ id, top }) => [id, top]), "a new step");
  // Upwards through rows that were never measured.
  for (let moved = 0; moved < 12; moved += 1) {
    before = await isFull(page);
    await page.evaluate(() => document.querySelector(".diagram").scrollBy(0, -450));
    const after = new Map((await isFull(page)).map(({ id, top }) => [id, top]));
    const both = before.filter(({ id }) => after.has(id));
    assert.ok(both.length);
    for (const { id, top } of both) assert.ok(Math.abs(after.get(id) - top - 450) <= 1, `${id} moved by ${after.get(id) - top}`);
  }
  await context.close();
  await front.stop();
});

test("a long session is walked through by keyboard, over the edge of what is in the page and back from afar", async () => {
  const { page, context, front } = await long(1_000, { notes: true });
  const focused = () => page.evaluate(() => Number(document.activeElement.closest("a.step")?.querySelector(".number").textContent));
  const isSeen = async (step) => assert.ok((await seen(page)).some(({ id }) => id === `step-${step}`), `step ${step} is in sight`);
  await page.keyboard.press("g");
  await page.waitForFunction(() => document.activeElement.closest("#step-1"));
  for (let step = 2; step <= 60; step += 1) {
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((step) => document.activeElement.closest(`#step-${step}`), step);
  }
  await isSeen(60);
  await page.keyboard.press("G");
  await page.waitForFunction(() => document.activeElement.closest("#step-1000.selected"));
  await isFull(page);
  await isSeen(1_000);
  await scrollTo(page, 0);
  assert.equal((await isFull(page))[0].place, 1);
  assert.equal(await focused(), 1_000, "scrolled away, it keeps the focus");
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => document.activeElement.closest("#step-999.selected"));
  await isFull(page);
  await isSeen(999);
  assert.equal(await page.locator('a.step[tabindex="0"]').count(), 1);
  await context.close();
  await front.stop();
});

test("a link to step 900 opens a long session there", async () => {
  const { page, context, front } = await long(1_000, { notes: true, path: "/step/900" });
  await page.locator("#step-900.selected").waitFor();
  const rows = await isFull(page);
  assert.ok(rows.some(({ id }) => id === "step-900"));
  await page.locator(".inspector .number").getByText("900", { exact: true }).waitFor();
  await context.close();
  await front.stop();
});

test("map, replay, filter, palette and print know the rows of a long session that are not in the page", async () => {
  const { page, context, front, complaints } = await long(1_000, { notes: true, finished: true });
  const box = await page.getByTestId("minimap").boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  const { place, all } = (await isFull(page))[0];
  assert.ok(Math.abs(place / all - 0.5) < 0.08, `${place} of ${all}`);
  await page.getByTestId("replay").click();
  await page.getByTestId("scrubber").fill("500");
  await page.locator("#step-500.selected").waitFor();
  await isFull(page);
  assert.equal(await page.locator("#step-500[data-to-come]").count(), 0);
  assert.equal(await page.locator("#step-501[data-to-come]").count(), 1);
  assert.equal(await page.getByTestId("scrubber").getAttribute("max"), "1000");
  await page.getByTestId("replay-end").click();
  await page.getByTestId("filter").fill("register");
  await page.getByTestId("clear-filter").waitFor();
  assert.ok((await inPage(page)) < 50);
  await page.getByTestId("clear-filter").click();
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette").fill("step 700");
  await page.keyboard.press("Enter");
  await page.locator("#step-700.selected").waitFor();
  await isFull(page);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await inPage(page), all);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok((await inPage(page)) < 120);
  assert.deepEqual(wrong(complaints), []);
  await context.close();
  await front.stop();
});

test("the participants stay in sight at the end of a long session, on a phone's width a step names both ends", async () => {
  for (const width of [1920, 768]) {
    const { page, context, front } = await long(100, { viewport: { width, height: 800 } });
    await page.evaluate(() => document.querySelector(".diagram").scrollTo(0, 1e6));
    const top = await page.evaluate(() => {
      const lane = document.querySelector(".participants .lane");
      return lane.getBoundingClientRect().top - document.querySelector(".diagram").getBoundingClientRect().top;
    });
    assert.ok(top >= 0 && top < 40, `${top} px below the top at ${width}`);
    await context.close();
    await front.stop();
  }
  const { page, context } = await over("healthy", { viewport: { width: 320, height: 700 } });
  assert.match(await page.locator("a.step .chips").first().innerText(), /a\s*→\s*MCP/);
  await context.close();
});

test("selecting a step moves no row", async () => {
  const { page, context } = await over("healthy", { viewport: { width: 1440, height: 1000 } });
  const places = () => page.evaluate(() => [...document.querySelectorAll(".rows > li")].map((row) => row.getBoundingClientRect().top));
  await page.evaluate(() => document.querySelector(".diagram").scrollTo(0, 0));
  const before = await places();
  for (const row of (await page.locator("a.step").all()).slice(0, 5)) {
    await row.click();
    assert.deepEqual(await places(), before);
  }
  await context.close();
});

test("an authorization server that fetches our document is drawn: its arrow goes to authscope", async () => {
  const { page, context } = await over("client-documents-only", { viewport: { width: 1440, height: 1000 } });
  const fetch = page.getByRole("link", { name: /Authorization server to authscope, GET \/oauth\/client/ }).first();
  await fetch.waitFor();
  assert.ok(await fetch.locator("i.shaft.solid.left.p-as").count(), "from right to left, in the colour of the authorization server");
  await context.close();
});

test("a retry is a group of its own with a frame, and what it replaces is set back", async () => {
  const { page, context, session } = await over();
  const steps = await session.steps();
  await page.getByTestId("row-3").click();
  await page.getByTestId("retry").click();
  await page.getByRole("button", { name: /Branch 1: again from step 3/ }).waitFor();
  await session.moreThan(steps);
  assert.ok(await page.locator(".row.old").count());
  assert.ok(await page.locator(".row.inner.is-step").count());
  await shot(page, "branch");
  await page.getByRole("link", { name: "Side by side" }).click();
  await page.getByText(/· first run/).waitFor();
  await page.getByText(/· branch 1/).waitFor();
  assert.match(page.url(), /compare\/([^/]+)@0\/\1@1$/);
  await shot(page, "branch-beside");
  await context.close();
});

test("presentation mode shows verdict and diagram, and Escape leaves it", async () => {
  const { page, context } = await over();
  await page.keyboard.press("Control+m");
  await page.locator(".controls").waitFor({ state: "hidden" });
  assert.ok(await page.getByTestId("verdict").isVisible());
  await page.getByTestId("row-1").waitFor();
  await shot(page, "presentation");
  await page.keyboard.press("Escape");
  await page.locator(".controls").waitFor();
  await context.close();
});

test("a target that is not reached: which layer, from where, and which setting decides", async () => {
  const cases = [
    ["http://127.0.0.1:9/mcp", /no connection/i],
    ["http://nowhere.invalid/mcp", /not resolved/i],
    ["https://127.0.0.1:PORT/mcp", /TLS failed/i],
  ];
  for (const [url, layer] of cases) {
    const id = await ran(app, "healthy", { server_url: url.replace("PORT", app.port) });
    const { page, context } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
    await page.goto(`${app.url}/sessions/${id}`);
    await page.locator("a.step .lone, a.step .label").getByText(layer).first().waitFor();
    assert.ok(await page.locator(".shaft.lost").count(), "an arrow with a cross");
    await page.getByTestId("row-1").click();
    await page.getByTestId("tab-response").click();
    await page.getByText("sent from the machine authscope runs on").waitFor();
    await context.close();
  }
});

test("what the outbound guard refuses names the setting", async () => {
  const guarded = await startApp({ args: ["--guard", "guarded", "--guard-allow", "127.0.0.1/32"] });
  const id = await ran(guarded, "healthy", { server_url: "http://10.0.0.1/mcp" });
  const { page, context } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await page.goto(`${guarded.url}/sessions/${id}`);
  await page.getByTestId("row-1").click();
  await page.getByTestId("tab-response").click();
  await page.getByText("The setting that decides this").waitFor();
  await context.close();
  await guarded.stop();
});

test("a session that is over says how long it is kept", async () => {
  const { page, context } = await over();
  await page.locator(".counts").getByText(/kept until \d{4}-\d\d-\d\d/).waitFor();
  await context.close();
});

test("title and icon of the tab show the verdict, and no host", async () => {
  const { page, context } = await over("token-audience-mismatch");
  await page.waitForFunction(() => /^✗/.test(document.title));
  assert.doesNotMatch(await page.title(), /127\.0\.0\.1/);
  // The icon comes with what the page can be without at first.
  await page.waitForFunction(() => document.querySelector("link[rel=icon]").href.includes("marks"));
  const icon = await page.evaluate(() => document.querySelector("link[rel=icon]").href);
  assert.match(icon, /marks\/fail\.svg$/);
  assert.equal((await fetch(icon)).status, 200);
  await page.getByRole("link", { name: "authscope, start page" }).click();
  await page.waitForFunction(() => document.title === "authscope");
  assert.doesNotMatch(await page.evaluate(() => document.querySelector("link[rel=icon]").href), /marks/);
  await context.close();
});

test("a session gets another title, and keeps it", async () => {
  await ran(app, "healthy");
  const { page, context } = await openPage(browser);
  const home = new Home(page, app);
  await home.open();
  await page.getByTestId("rename").first().click();
  await page.getByTestId("title-field").fill("before the fix");
  await page.getByTestId("title-save").click();
  await page.getByTestId("title-field").waitFor({ state: "detached" });
  await page.reload();
  await page.getByTestId("recent").getByText("before the fix").click();
  await page.getByRole("heading", { name: "before the fix" }).waitFor();
  await page.getByTestId("rename").click();
  assert.equal(await page.getByTestId("title-field").inputValue(), "before the fix");
  await page.getByTestId("title-field").fill("after the fix");
  await page.getByTestId("title-field").press("Enter");
  await page.getByRole("heading", { name: "after the fix" }).waitFor();
  await context.close();
});

test("without scripts a session is a list that can be read", async () => {
  const id = await ran(app, "healthy");
  const { page, context } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${app.url}/sessions/${id}`);
  const rows = page.locator("main.static li.is-exchange");
  assert.ok((await rows.count()) >= 10);
  await page.getByText("POST /healthy/mcp · initialize").first().waitFor();
  // Playwright's search by text leaves out what stands in <noscript>.
  assert.match(await page.locator("main.static noscript").innerText(), /Without JavaScript/);
  await shot(page, "without-scripts");
  await context.close();
});

test("the session is there to read while the app is still on its way", async () => {
  const id = await ran(app, "healthy");
  const { page, context } = await openPage(browser);
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${app.url}/sessions/${id}`, { waitUntil: "commit" });
  await page.locator("main.static li.is-exchange").first().waitFor();
  await shot(page, "before-the-app");
  go();
  await page.locator("a.step").first().waitFor();
  assert.equal(await page.locator("main.static").count(), 0, "the app took its place");
  await context.close();
});
