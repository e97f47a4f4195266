// Edit and resend: a recorded request is edited and sent again beside the flow, with masked values that nobody sees.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { THEMES, overhang, violations } from "./lib/look.mjs";
import { Resend, recorded } from "./lib/resend.mjs";
import { Home, Session } from "./lib/session.mjs";
import { Guest, ShareDialog } from "./lib/share.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens a session that is over. */
async function over(options = {}, target = "healthy") {
  const id = await ran(app, target);
  const opened = await openPage(browser, options);
  await opened.page.goto(`${app.url}/sessions/${id}`);
  const session = new Session(opened.page);
  await session.says("Everything works");
  return { ...opened, id, session, resend: new Resend(opened.page) };
}

const LIST = "tools/list";

test("a header is added, the masked token is used without being shown, and both answers are diffed", async () => {
  const { page, context, complaints, id, session, resend } = await over({ viewport: { width: 1440, height: 900 } });
  const verdict = await session.verdict.innerText();
  await resend.open(LIST);
  const token = await resend.field("Value of Authorization").inputValue();
  assert.match(token, /^Bearer ⟨JWT · #[0-9a-f]{6}⟩$/);
  await resend.add("headers", "X-Tried", "by hand");
  await shot(page, "resend-fields");
  await resend.send();
  const step = await resend.step();
  assert.match(await resend.summary.innerText(), /the same/);
  await shot(page, "resend-same");
  // Now without the token: the server asks for it.
  await resend.dialog.getByRole("button", { name: "Remove Authorization" }).click();
  await resend.send();
  await page.getByText(`Recorded as step ${step + 1}.`).waitFor();
  const found = await resend.differences();
  assert.ok(found.some((line) => /^Status: HTTP\/1\.1 200 OK → HTTP\/1\.1 401/.test(line)), found.join("\n"));
  assert.ok(found.some((line) => line.startsWith("Header www-authenticate: not there → Bearer")), found.join("\n"));
  await resend.summary.scrollIntoViewIfNeeded();
  await shot(page, "resend-differs");
  await page.getByTestId("resend-show").click();
  await resend.dialog.waitFor({ state: "detached" });
  await page.locator(".inspector .purpose").getByText(/resent from step \d+/).waitFor();
  await shot(page, "resend-step");
  // The flow is what it was, and the token is nowhere.
  assert.equal(await session.verdict.innerText(), verdict);
  const whole = await recorded(app, id);
  const resent = whole.events.filter((event) => event.kind.exchange?.step === "resend");
  assert.equal(resent.length, 2);
  assert.equal(whole.summary.status, "finished");
  const sent = resent[0].kind.exchange.request.headers.find((header) => header.name === "Authorization");
  assert.match(sent.value, /⟨signature · \d+ chars · #[0-9a-f]{6}⟩$/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a masked value goes to no other server", async () => {
  const { page, context, id, resend } = await over();
  const before = (await recorded(app, id)).events.length;
  await resend.open(LIST);
  await page.getByTestId("resend-url").fill("https://elsewhere.example/mcp");
  await resend.send();
  assert.match(await resend.refused.innerText(), /Not sent: ⟨\S.*? · #[0-9a-f]{6}⟩ was sent to http:\/\/\S+ only, and this request goes to https:\/\/elsewhere\.example:443/);
  await resend.refused.scrollIntoViewIfNeeded();
  await shot(page, "resend-refused");
  assert.equal((await recorded(app, id)).events.length, before);
  await context.close();
});

test("a request is edited as text too, and what was edited is kept", async () => {
  const { page, context, resend } = await over();
  await resend.open(LIST);
  await resend.add("query", "a b", "1&2");
  await page.getByTestId("resend-raw").click();
  const text = page.getByTestId("resend-text");
  assert.match(await text.inputValue(), /^POST http:\/\/\S+\?a%20b=1%262\n/);
  await text.fill("nonsense");
  await resend.send();
  assert.match(await resend.refused.innerText(), /first line is a method and a whole URL/);
  await page.getByRole("button", { name: "As it was" }).click();
  await text.fill((await text.inputValue()).replace(/^POST/, "DELETE"));
  await shot(page, "resend-raw");
  await page.getByTestId("resend-fields").click();
  assert.equal(await page.getByTestId("resend-method").inputValue(), "DELETE");
  await resend.send();
  await resend.step();
  const found = await resend.differences();
  assert.ok(found.some((line) => /^Status: HTTP\/1\.1 200 OK → HTTP\/1\.1 (204|4)/.test(line)), found.join("\n"));
  await context.close();
});

test("an edited authorization request is a sign-in of its own", async () => {
  const { page, context } = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  const home = new Home(page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"));
  await session.turn.waitFor();
  const resend = new Resend(page);
  await resend.open(/GET \S*\/authorize/);
  assert.equal(await resend.field("Value of state").inputValue(), "⟨state · new⟩");
  assert.equal(await page.getByTestId("resend-headers").count(), 0, "the browser writes its own");
  await resend.add("query", "prompt", "consent");
  await resend.send();
  const step = await resend.step();
  await shot(page, "resend-sign-in");
  const [popup] = await Promise.all([context.waitForEvent("page"), resend.signIn.click()]);
  await popup.waitForLoadState();
  await popup.getByRole("button", { name: /allow/i }).first().click();
  await session.moreThan(step);
  await resend.close();
  await page.locator("a.step").last().click();
  await page.locator(".inspector .purpose").getByText(`answer to the edited request of step ${step}`).waitFor();
  // The flow still waits for its own sign-in, and goes on with it.
  await session.turn.waitFor();
  await session.consent();
  await session.says(/Passed/);
  await context.close();
});

test("everything by keyboard", async () => {
  const { page, context, session, resend } = await over();
  await resend.select(LIST);
  await page.keyboard.press("e");
  await resend.opened();
  assert.ok(await page.evaluate(() => document.activeElement?.closest("dialog") !== null), "the dialog has the focus");
  const count = await session.steps();
  await page.getByTestId("resend-url").focus();
  await page.keyboard.press("Enter");
  await resend.step();
  await session.moreThan(count);
  await page.keyboard.press("Escape");
  await resend.dialog.waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.matches("a.step"));
  await context.close();
});

test("who watches sees the answers and has no editor; who may drive has one", async () => {
  const shared = await startApp({ owned: true });
  const { page, context } = await openPage(browser);
  const home = new Home(page, shared);
  await home.open();
  const session = await home.debug(await home.target("healthy"));
  await session.consent();
  await session.says(/Passed/);
  const me = new Resend(page);
  await me.open(LIST);
  await me.send();
  const step = await me.step();
  await me.close();
  const share = new ShareDialog(page);
  const links = { watch: await share.link("watch"), drive: await share.link("drive") };
  for (const [kind, url] of Object.entries(links)) {
    const guest = await Guest.come(browser, url);
    await guest.live();
    const theirs = new Resend(guest.page);
    await guest.page.goto(`${guest.page.url().replace(/\/step\/\d+$/, "")}/step/${step}`);
    await guest.page.getByTestId("answers").click();
    assert.match(await theirs.summary.innerText(), /same|differ/);
    await guest.page.keyboard.press("Escape");
    await theirs.select(LIST);
    assert.equal(await theirs.button.count(), kind === "drive" ? 1 : 0, kind);
    if (kind === "drive") {
      await theirs.button.click();
      await theirs.opened();
      await theirs.send();
      assert.equal(await theirs.step(), step + 1);
    }
    await guest.leave();
  }
  await context.close();
  await shared.stop();
});

test("axe finds nothing in either theme, and it fits a phone", async () => {
  const wrong = [];
  for (const colorScheme of THEMES) {
    for (const width of [320, 1280]) {
      const { page, context, resend } = await over({ colorScheme, viewport: { width, height: 760 } });
      await resend.open(LIST);
      for (const found of await violations(page)) wrong.push(`fields ${colorScheme} ${width}: ${found}`);
      await shot(page, `resend-${colorScheme}-${width}`);
      await resend.dialog.getByRole("button", { name: "Remove Authorization" }).click();
      await resend.send();
      await resend.differences();
      for (const found of await violations(page)) wrong.push(`answers ${colorScheme} ${width}: ${found}`);
      await resend.summary.scrollIntoViewIfNeeded();
      await shot(page, `resend-answers-${colorScheme}-${width}`);
      await page.getByTestId("resend-raw").click();
      for (const found of await violations(page)) wrong.push(`raw ${colorScheme} ${width}: ${found}`);
      if ((await overhang(page)) > 0) wrong.push(`${colorScheme} ${width}: too wide`);
      await context.close();
    }
  }
  assert.deepEqual(wrong, []);
});
