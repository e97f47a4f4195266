// The ways to a token beyond a sign-in here: chosen in the long form or brought by a tile of the lab, and what can be done
// when the run is over.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { After, Form, Saved, tile } from "./lib/after.mjs";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { THEMES, looks, overhang } from "./lib/look.mjs";
import { Home, Session } from "./lib/session.mjs";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

async function home(options) {
  const opened = await openPage(browser, options);
  const start = new Home(opened.page, app);
  await start.open();
  return { ...opened, start, form: new Form(opened.page) };
}

/** Clicks a tile of the lab. */
async function click(page, id) {
  await (await tile(page, id)).click();
  await page.waitForURL(/\/sessions\//);
  const session = new Session(page);
  await session.verdict.waitFor();
  return session;
}

test("the device flow shows the code with its expiry while every poll becomes a step", async () => {
  const { page, context, complaints } = await home();
  const session = await click(page, "device-authorization");
  await session.turn.waitFor();
  const code = await page.getByTestId("user-code").innerText();
  assert.match(code, /[A-Z]{4}-[A-Z]{4}/);
  assert.match(await page.getByTestId("device-expiry").innerText(), /expires in (9:\d\d|10:00)/);
  const link = page.getByTestId("device-link");
  assert.match(await link.getAttribute("href"), /user_code=/);
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  await shot(page, "device-code");
  await session.says("Passed");
  const polls = page.locator("a.step").filter({ hasText: "· device_code" });
  assert.equal(await polls.count(), 2, "one poll that waits, one that finds the code entered");
  await page.getByText(/the code was entered/i).first().waitFor();
  assert.equal(await session.turn.count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the code can be entered at the server's page, and denied there", async () => {
  const { page, context } = await home();
  const session = await click(page, "device-authorization");
  const link = page.getByTestId("device-link");
  await link.waitFor();
  const [popup] = await Promise.all([context.waitForEvent("page"), link.click()]);
  await popup.getByRole("button", { name: /deny/i }).click();
  await page.getByText(/denied where the code was entered/).first().waitFor();
  await session.says("Failed");
  await context.close();
});

for (const id of ["client-credentials", "client-credentials-key", "workload-identity", "identity-assertion"]) {
  test(`the tile ${id} brings what its grant needs, and nobody has to sign in`, async () => {
    const { page, context, complaints } = await home();
    const session = await click(page, id);
    await session.says("Passed");
    assert.equal(await session.turn.count(), 0);
    const text = await page.locator("main").innerText();
    assert.doesNotMatch(text, /lab-secret/, "the secret is masked");
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

for (const id of ["dpop-nonces", "client-secret-jwt", "private-key-jwt"]) {
  test(`the tile ${id} goes through the sign-in`, async () => {
    const { page, context } = await home();
    const session = await click(page, id);
    await session.consent();
    await session.says("Passed");
    await context.close();
  });
}

test("client credentials and DPoP are chosen in the form; what a grant needs is asked for", async () => {
  const { page, context, start, form, complaints } = await home();
  await form.open();
  await form.choose("grant", "jwt_bearer");
  await page.locator("#assertion").waitFor();
  await page.getByTestId("url-field").fill(await start.target("client-credentials"));
  await page.getByTestId("debug-button").click();
  await form.problem.getByText(/needs an assertion/).waitFor();

  await form.choose("grant", "identity_assertion");
  await page.locator("#idp-token-endpoint").waitFor();
  await form.choose("grant", "client_credentials");
  assert.equal(await page.locator("#assertion").count(), 0);
  await form.fill("client-id", "lab-confidential");
  await form.fill("client-secret", "lab-secret");
  await page.getByTestId("debug-button").click();
  await page.waitForURL(/\/sessions\//);
  const session = new Session(page);
  await session.says("Passed");
  await context.close();

  const bound = await home();
  const dpop = await bound.start.debug(await bound.start.target("dpop"), {
    advanced: () => bound.form.choose("dpop", "when_advertised"),
  });
  await dpop.consent();
  await dpop.says("Passed");
  await bound.page.locator("a.step").filter({ hasText: "/token" }).first().click();
  await bound.page.getByTestId("tab-request").click();
  await bound.page.locator(".inspector").getByText(/dpop/i).first().waitFor();
  assert.deepEqual([...complaints, ...bound.complaints], []);
  await bound.context.close();
});

test("a link to a target of the lab fills in what belongs to it, to be seen before the start", async () => {
  const { page, context, start, form } = await home();
  const url = await start.target("client-credentials");
  await page.goto(`${app.url}/new?server=${encodeURIComponent(url)}`);
  await form.open();
  await page.waitForFunction(() => document.querySelector("#grant")?.value === "client_credentials");
  assert.equal(await form.value("client-id"), "lab-confidential");
  await context.close();
});

for (const theme of THEMES) {
  test(`the long form in every width (${theme})`, async () => {
    const { page, context, form } = await home();
    await form.openAfter();
    await form.choose("grant", "identity_assertion");
    await form.choose("dpop", "on");
    assert.deepEqual(await looks(page, "form", theme, '[data-testid="advanced"]'), []);
    await context.close();
  });
}

test("after the end: refresh, introspect, call a tool, step up, register again, clean up, revoke", async () => {
  const { page, context, start, complaints } = await home({ viewport: { width: 1440, height: 900 } });
  const session = await start.debug(await start.target("healthy"));
  await session.consent();
  await session.says("Passed");
  const after = new After(page);
  await after.card.waitFor();
  assert.match(await page.getByTestId("expiry").innerText(), /Expires in/);
  for (const theme of THEMES) {
    await after.unfold("Call the MCP server");
    await after.unfold("The client");
    await after.card.scrollIntoViewIfNeeded();
    assert.deepEqual(await looks(page, "after", theme, '[data-testid="after"]'), []);
    await page.setViewportSize({ width: 320, height: 700 });
    const sticksOut = await after.card.evaluate((card) => {
      const parts = [card, ...card.querySelectorAll("button, input, textarea, select, p")];
      return parts.filter((part) => part.getBoundingClientRect().right > window.innerWidth).map((part) => part.outerHTML.slice(0, 80));
    });
    assert.deepEqual(sticksOut, []);
  }
  await page.setViewportSize({ width: 1440, height: 900 });

  let steps = await session.steps();
  const more = async (name) => {
    await after.press(name);
    await session.moreThan(steps);
    await page.waitForFunction((id) => !document.querySelector(`[data-testid="${id}"]`)?.disabled, name);
    steps = await session.steps();
  };
  await more("refresh-now");
  await more("introspect");
  await page.locator("#after-tool").selectOption("whoami");
  await more("call-tool");
  await page.getByText("tools/call").first().waitFor();

  await page.locator("#after-tool").selectOption("admin_report");
  await after.press("call-tool");
  await session.turn.waitFor();
  await page.getByText(/step-up/i).first().waitFor();
  await session.consent();
  await session.says("Passed");
  await after.card.waitFor();
  steps = await session.steps();

  await after.unfold("The client");
  await after.press("forget-client");
  await session.turn.waitFor();
  assert.ok((await session.steps()) > steps, "registered again, in the same diagram");
  await session.consent();
  await session.says("Passed");
  await after.unfold("The client");
  steps = await session.steps();
  await more("read-registration");
  await after.press("delete-registration");
  await session.moreThan(steps);
  steps = await session.steps();
  await after.press("revoke");
  await session.moreThan(steps);
  await shot(page, "after-all");
  assert.deepEqual(complaints, []);
  await context.close();
});

test("targets and clients are saved, started again and removed", async () => {
  const { page, context, start, form } = await home();
  await form.open();
  await form.fill("client-id", "lab-confidential");
  await form.fill("client-secret", "lab-secret");
  await form.choose("grant", "client_credentials");
  await form.check("save");
  await form.fill("save-as", "My machine client");
  await page.getByTestId("url-field").fill(await start.target("client-credentials"));
  await page.getByTestId("debug-button").click();
  await page.waitForURL(/\/sessions\//);
  const session = new Session(page);
  await session.says("Passed");
  const card = new After(page);
  await card.unfold("The client");
  await card.press("save-client");
  await page.getByText(/was saved for the issuer/).first().waitFor();

  await start.open();
  const saved = new Saved(page);
  await saved.place.waitFor();
  const target = saved.entry("My machine client");
  await target.waitFor();
  await saved.entry("lab-confidential").waitFor();
  for (const theme of THEMES) assert.deepEqual(await looks(page, "saved", theme, '[data-testid="saved"]'), []);
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.doesNotMatch(await saved.place.innerText(), /lab-secret/);
  await target.getByTestId("start-saved").click();
  await page.waitForURL(/\/sessions\//);
  await new Session(page).says("Passed");

  await start.open();
  await saved.place.waitFor();
  const client = saved.place.getByRole("button", { name: "Remove lab-confidential" });
  await client.click();
  await client.waitFor({ state: "detached" });
  await saved.place.getByRole("button", { name: "Remove My machine client" }).click();
  await saved.place.waitFor({ state: "detached" });
  await context.close();
});

test("a failed run says in one line what changed since the server worked", async () => {
  const good = await ran(app, "healthy");
  const { page, context, start } = await home();
  const session = await start.debug(await start.target("healthy"));
  const popup = await session.signIn();
  await popup.getByRole("button", { name: /deny/i }).first().click();
  await session.says("Failed");
  const line = page.getByTestId("since");
  await line.waitFor();
  assert.match(await line.innerText(), /It worked .*First difference/s);
  await page.setViewportSize({ width: 320, height: 700 });
  assert.ok((await overhang(page)) <= 0);
  await shot(page, "since-320");
  await page.setViewportSize({ width: 1280, height: 800 });
  await shot(page, "since");
  await line.getByRole("link").click();
  await page.waitForURL(new RegExp(`/compare/${good}/`));
  await context.close();
});
