// Breakpoints: the flow waits for a person, who lets a request go as it is, edited, or not at all.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { THEMES, overhang, violations } from "./lib/look.mjs";
import { Breakpoints, Resend } from "./lib/resend.mjs";
import { Home } from "./lib/session.mjs";
import { Guest, ShareDialog } from "./lib/share.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp({ owned: true }), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** A session that waits before its first request, and its breakpoints. */
async function ready(options = {}) {
  const opened = await openPage(browser, { viewport: { width: 1440, height: 900 }, ...options });
  const home = new Home(opened.page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"), { stepwise: true });
  await session.says("Paused");
  return { ...opened, session, points: new Breakpoints(opened.page), resend: new Resend(opened.page) };
}

const DISCOVERY = "Protected resource metadata named by the challenge";

test("the flow waits before a request, which is let go, and with its answer, which is let through", async () => {
  const { page, context, complaints, session, points } = await ready();
  await page.keyboard.press("b");
  await points.opened();
  await points.set(DISCOVERY, "before it is sent");
  await points.set(DISCOVERY, "when the answer is there");
  await shot(page, "breakpoints");
  await points.close();
  await page.getByTestId("run").click();
  await points.held.waitFor();
  assert.match(await session.turn.innerText(), /Protected resource metadata named by the challenge: not sent yet/);
  assert.match(await session.verdict.innerText(), /Your turn/);
  await shot(page, "breakpoint-before");
  const count = await session.steps();
  await page.getByTestId("release").click();
  await session.moreThan(count);
  await session.turn.getByText("its answer is there and not read yet").waitFor();
  await shot(page, "breakpoint-after");
  await page.getByTestId("release").click();
  await page.getByTestId("authorize-link").first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a request is sent edited, and the flow reads its answer", async () => {
  const { page, context, session, points, resend } = await ready();
  await points.open();
  await points.set("Dynamic client registration", "before it is sent");
  await points.close();
  await page.getByTestId("run").click();
  await points.held.waitFor();
  await page.getByTestId("send-edited").click();
  await page.getByTestId("panel-held").waitFor();
  const name = page.getByRole("textbox", { name: "Value of client_name" });
  assert.match(await name.inputValue(), /authscope/);
  await name.fill("Edited by hand");
  await shot(page, "breakpoint-edit");
  await resend.send();
  await page.getByTestId("panel-held").waitFor({ state: "detached" });
  await page.getByTestId("authorize-link").first().waitFor();
  await page.getByText("A person edited this request").first().waitFor();
  await session.consent();
  await session.says(/Passed/);
  await context.close();
});

test("an answer is edited before it is read, and the flow goes on with that", async () => {
  const { page, context, complaints, session, points, resend } = await ready();
  await points.open();
  await points.set("Dynamic client registration", "when the answer is there");
  await points.close();
  await page.getByTestId("run").click();
  await points.held.waitFor();
  await page.getByTestId("send-edited").click();
  await page.getByTestId("panel-held").waitFor();
  assert.equal(await page.getByTestId("resend-status").inputValue(), "201");
  await page.getByRole("textbox", { name: "Value of client_id", exact: true }).fill('"nobody"');
  await shot(page, "breakpoint-edit-answer");
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("resend-raw").click();
  assert.match(await page.getByTestId("resend-text").inputValue(), /^HTTP 201\n[^]*"client_id":"nobody"/);
  await resend.send();
  await page.getByTestId("panel-held").waitFor({ state: "detached" });
  await page.getByText("A person edited this answer").first().waitFor();
  await page.getByTestId("authorize-link").first().waitFor();
  const went = await page.getByTestId("authorize-link").first().getAttribute("href");
  assert.ok(went, "there is a way to the sign-in");
  await page.getByTestId("row-5").click();
  await page.getByTestId("tab-raw").click();
  await page.getByText("client_id=nobody").first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("abort stops the run, and says what was not sent", async () => {
  const { page, context, session, points } = await ready();
  await points.open();
  await points.set(DISCOVERY, "before it is sent");
  await points.close();
  await page.getByTestId("run").click();
  await points.held.waitFor();
  await page.getByTestId("abort").click();
  await session.says(/Stopped/);
  await context.close();
});

test("who watches sees the wait and cannot end it", async () => {
  const { page, context, points } = await ready();
  const share = new ShareDialog(page);
  const guest = await Guest.come(browser, await share.link("watch"));
  await guest.live();
  assert.equal(await guest.page.getByTestId("breakpoints").count(), 0);
  await points.open();
  await points.set(DISCOVERY, "before it is sent");
  await points.close();
  await page.getByTestId("run").click();
  await guest.page.getByTestId("waiting").getByText("go on from a breakpoint").waitFor();
  for (const control of ["release", "send-edited", "abort"]) {
    assert.equal(await guest.page.getByTestId(control).count(), 0, control);
  }
  await Promise.all([guest.leave(), context.close()]);
});

test("one can be set before the session is made", async () => {
  const { page, context } = await openPage(browser);
  const home = new Home(page, app);
  await home.open();
  const session = await home.debug(await home.target("healthy"), {
    advanced: (page) => page.locator("#breakpoint").selectOption("register"),
  });
  await session.turn.getByText("Dynamic client registration: not sent yet").waitFor();
  await context.close();
});

test("axe finds nothing in either theme, and it fits a phone", async () => {
  const wrong = [];
  for (const colorScheme of THEMES) {
    for (const width of [320, 1280]) {
      const { page, context, points } = await ready({ colorScheme, viewport: { width, height: 760 } });
      await points.open();
      for (const found of await violations(page)) wrong.push(`dialog ${colorScheme} ${width}: ${found}`);
      await shot(page, `breakpoints-${colorScheme}-${width}`);
      await points.set(DISCOVERY, "before it is sent");
      await points.close();
      await page.getByTestId("run").click();
      await points.held.waitFor();
      for (const found of await violations(page)) wrong.push(`turn ${colorScheme} ${width}: ${found}`);
      if ((await overhang(page)) > 0) wrong.push(`${colorScheme} ${width}: too wide`);
      await shot(page, `breakpoint-${colorScheme}-${width}`);
      await context.close();
    }
  }
  assert.deepEqual(wrong, []);
});
