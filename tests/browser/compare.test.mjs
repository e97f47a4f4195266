// Two sessions side by side, and one server under every revision: what differs, what is new, what would break.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { Compare, Matrix, ran } from "./lib/compare.mjs";
import { inOrder } from "./lib/look.mjs";
import { Home } from "./lib/session.mjs";

let app;
let browser;
/** Ids: two good runs of one server, one of a server with a fault. */
let good;
let again;
let bad;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  good = await ran(app, "healthy");
  again = await ran(app, "healthy");
  bad = await ran(app, "prm-resource-slash");
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Complaints but for what leaving a page ends: its stream, a picture still on its way. */
function left(complaints) {
  return complaints.filter((text) => !/^failed: .* net::ERR_ABORTED$/.test(text));
}

async function compare(options) {
  const opened = await openPage(browser, options);
  return { ...opened, it: new Compare(opened.page, app) };
}

test("from a session to its previous run: nothing differs, all steps are folded", async () => {
  const { page, context, it, complaints } = await compare();
  await page.goto(`${app.url}/sessions/${again}`);
  await it.withPrevious();
  assert.match(page.url(), new RegExp(`/compare/${good}/${again}$`));
  assert.match(await it.sentence.innerText(), /no difference|equal|same/i);
  assert.equal(await it.rows("changed").count(), 0);
  assert.equal(await it.folds.count(), 1);
  await it.folds.locator("summary").click();
  assert.ok((await it.rows("same").count()) > 5);
  assert.ok(await it.rows("same").first().isVisible());
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("what differs in every run is hidden until it is asked for, and the choice is in the address", async () => {
  const { page, context, it, complaints } = await compare();
  await it.open(good, again);
  await it.toggleVolatile("Hide");
  assert.match(page.url(), /\?volatile=show$/);
  const changed = await it.rows("changed").count();
  assert.ok(changed > 0, "codes and states differ");
  await it.select(it.rows("changed").first());
  await it.detail.locator(".entry.grey").first().waitFor();
  assert.match(page.url(), /\/\d+\/\d+\?volatile=show$/);
  await it.toggleVolatile("Show");
  assert.equal(await it.rows("changed").count(), 0);
  await page.goBack();
  await page.getByTestId("volatile").getByText("Hide").waitFor();
  assert.equal(await it.rows("changed").count(), changed);
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("a fault is a new finding that leads to its step; the other way round it is gone", async () => {
  const { page, context, it, complaints } = await compare();
  await it.open(good, bad);
  const finding = page.getByTestId("change-resource-mismatch");
  assert.match(await finding.innerText(), /New failure/);
  await finding.locator("a").first().click();
  await it.detail.waitFor();
  assert.equal(await it.selected.count(), 1, "the step of the finding is selected");
  await it.detail.locator(".entry.changed").first().waitFor();
  await page.reload();
  assert.equal(await it.selected.count(), 1, "the selection is in the address");
  await page.getByTestId("swap").click();
  await page.waitForURL(new RegExp(`/compare/${bad}/${good}$`));
  assert.match(await page.getByTestId("change-resource-mismatch").innerText(), /Gone failure/);
  await it.open(bad, bad);
  await it.changes.getByText(/none is new/).waitFor();
  await it.changes.locator("summary").click();
  assert.match(await page.getByTestId("change-resource-mismatch").innerText(), /Same failure/);
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("rows by keyboard: the place is kept, Escape closes the values", async () => {
  const { page, context, it, complaints } = await compare({ viewport: { width: 1280, height: 500 } });
  await it.open(good, again, "?volatile=show");
  const rows = await it.pairs.count();
  await page.keyboard.press("j");
  await it.detail.waitFor();
  const first = page.url();
  await page.keyboard.press("j");
  await page.waitForURL((url) => url.href !== first && /\/\d+\/\d+\?/.test(url.href));
  await page.keyboard.press("k");
  await page.waitForURL(first);
  const top = () => page.locator(".cmp-main").evaluate((part) => part.scrollTop);
  for (let press = 1; press < rows; press += 1) await page.keyboard.press("j");
  await page.waitForFunction(() => document.querySelector(".cmp-main").scrollTop > 0);
  const scrolled = await top();
  await page.keyboard.press("Escape");
  await it.detail.waitFor({ state: "detached" });
  assert.ok(Math.abs((await top()) - scrolled) < 60, "closing the values keeps the place");
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("a comparison without scripts works", async () => {
  const { page, context, it } = await compare({ javaScriptEnabled: false });
  await it.open(good, bad);
  await it.select(it.rows("changed").first());
  await page.getByTestId("volatile").click();
  await page.getByTestId("volatile").getByText("Hide").waitFor();
  await context.close();
});

test("the theme chosen in the app holds here, and can be chosen here", async () => {
  const { page, context, complaints } = await compare({ colorScheme: "light" });
  await page.goto(`${app.url}/compare`);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  assert.notEqual(await background(), light);
  for (const path of ["rules", "matrix", ""]) {
    await page.goto(`${app.url}/${path}`);
    await page.getByRole("button", { name: "Theme: dark" }).waitFor();
    assert.notEqual(await background(), light, path);
  }
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("a comparison with a run that waits for a person follows by itself", async () => {
  const waiting = await ran(app, "healthy", { follow_redirects: false });
  const { page, context, it, complaints } = await compare();
  await it.open(good, waiting);
  await page.getByText("It is your turn there").waitFor();
  // A step that is equal already: what waits for its other half is another pair once that has come.
  await it.folds.first().locator("summary").click();
  await it.select(it.folds.first().locator("a.pair").first());
  const other = await openPage(browser);
  await other.page.goto(`${app.url}/sessions/${waiting}`);
  const link = other.page.getByTestId("authorize-link");
  await link.waitFor();
  const [popup] = await Promise.all([other.context.waitForEvent("page"), link.click()]);
  await popup.getByRole("button", { name: /allow/i }).first().click();
  await page.getByText("It is your turn there").waitFor({ state: "detached" });
  assert.equal(await it.selected.count(), 1, "the selection stays");
  assert.deepEqual(left(complaints), []);
  await Promise.all([context.close(), other.context.close()]);
});

test("the matrix: every revision at once, verdicts as they come, cells that are sessions, what would break", async () => {
  const opened = await openPage(browser);
  const { page, context, complaints } = opened;
  const matrix = new Matrix(page, app);
  await matrix.run(await new Home(page, app).target("healthy"));
  await matrix.done();
  assert.match(await matrix.cell("2025-11-25", "dcr").innerText(), /Pass|Warning/);
  assert.match(await matrix.cell("2025-03-26", "cimd").innerText(), /Makes no sense/);
  assert.match(await matrix.cell("2026-07-28", "preregistered").innerText(), /client id/);
  assert.match(await matrix.tally.innerText(), /make no sense/);
  await matrix.moves.getByText("From 2025-11-25, dynamic registration").waitFor();
  await inOrder(page, "matrix");
  await matrix.moves.getByTestId("move").first().click();
  await page.getByTestId("difference").waitFor();
  await page.goBack();
  await matrix.cell("2025-11-25", "dcr").locator("a").click();
  await page.waitForURL(/\/sessions\//);
  await page.getByTestId("verdict").waitFor();
  assert.deepEqual(left(complaints), []);
  await context.close();
});

test("what would break if you moved: the session again under the newest revision, compared", async () => {
  const { page, context, it } = await compare();
  const old = await ran(app, "prm-resource-slash", { revision: "2025-06-18" });
  await page.goto(`${app.url}/compare/${old}`);
  await page.getByTestId("upgrade").click();
  await page.waitForURL(new RegExp(`/compare/${old}/.+`));
  await page.getByText("2025-06-18").first().waitFor();
  await page.getByText("Settings that differ").waitFor();
  await it.changes.waitFor();
  await page.getByText("Still running").waitFor({ state: "detached" });
  await shot(page, "upgrade");
  await context.close();
});

test("a matrix that cannot be run says why", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${app.url}/matrix`);
  await page.getByTestId("matrix-url").fill("https://mcp.example/mcp");
  for (const value of ["dcr", "cimd"]) await page.locator(`input[value="${value}"]`).uncheck();
  await page.getByTestId("matrix-start").click();
  await page.getByRole("alert").getByText(/pre-registered client needs a client_id/).waitFor();
  await page.goto(`${app.url}/compare/nobody/${good}`);
  await page.getByText(/nobody/).first().waitFor();
  await context.close();
});

test("the pages look right in every width and theme", async () => {
  const { page, context, it, complaints } = await compare();
  await page.goto(`${app.url}/compare`);
  await inOrder(page, "compare-first");
  await page.goto(`${app.url}/compare/${again}`);
  await inOrder(page, "compare-second");
  await page.goto(`${app.url}/matrix`);
  await inOrder(page, "matrix-form");
  await it.open(good, bad);
  await inOrder(page, "compare");
  await page.setViewportSize({ width: 1280, height: 900 });
  await it.select(it.rows("changed").first());
  await inOrder(page, "compare-pair");
  assert.deepEqual(left(complaints), []);
  await context.close();
});
