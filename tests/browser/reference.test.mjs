// The pages to read and learn from: rules, the gallery of the lab, what was checked, and what is said before a sign-in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { inOrder, looks, THEMES } from "./lib/look.mjs";
import { Checks, Gallery, Rules } from "./lib/reference.mjs";
import { Home } from "./lib/session.mjs";

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
  test(`rules are searched, narrowed down and read (${colorScheme})`, async () => {
    const { page, context, complaints } = await openPage(browser, { colorScheme });
    const rules = new Rules(page, app);
    await rules.open();
    const all = await rules.items.count();
    assert.ok(all > 120, `${all} rules`);
    await rules.search("issuer character");
    await page.waitForFunction(() => location.search.includes("q="));
    const some = await rules.items.count();
    assert.ok(some > 0 && some < all / 4, `${some} of ${all}`);
    await page.reload();
    assert.equal(await rules.items.count(), some, "a search is an address");
    await rules.open();
    await shot(page, `rules-${colorScheme}`);
    await rules.read("issuer-mismatch");
    for (const href of await rules.references()) assert.match(href, /^https:\/\/[^#]+#.+/);
    await page.getByText("MUST").first().waitFor();
    await page.getByRole("heading", { name: "How to fix it" }).waitFor();
    await shot(page, `rule-${colorScheme}`);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("nothing sticks out of the reference pages on a phone", async () => {
  const { page, context } = await openPage(browser, { viewport: { width: 320, height: 800 } });
  for (const path of ["rules", "rules/issuer-mismatch", "lab", "lab/issuer-extra-slash", "probes"]) {
    await page.goto(`${app.url}/${path}`);
    const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
    assert.ok(content <= view, `${path} is ${content} px wide in a window of ${view}`);
    await shot(page, `phone-${path.replace("/", "-")}`);
  }
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`a fault is picked, run, found, and read about (${colorScheme})`, async () => {
    const { page, context, complaints } = await openPage(browser, { colorScheme, viewport: { width: 1440, height: 900 } });
    const gallery = new Gallery(page, app);
    await gallery.open();
    const all = await gallery.tiles.count();
    assert.ok(all > 100, `${all} targets`);
    await shot(page, `lab-${colorScheme}`);
    await gallery.search("issuer slash");
    assert.ok((await gallery.tiles.count()) < all / 4);
    await gallery.pick("issuer-extra-slash");
    await shot(page, `lab-fault-${colorScheme}`);
    const session = await gallery.run();
    await page.getByTestId("finding-issuer-mismatch").first().click();
    const link = page.getByTestId("rule-link").first();
    await link.waitFor();
    const [rule] = await Promise.all([context.waitForEvent("page"), link.click()]);
    await rule.getByTestId("rule-id").waitFor();
    assert.equal(await rule.getByTestId("rule-id").innerText(), "issuer-mismatch");
    assert.match(await session.verdict.innerText(), /issuer/);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test("an address of the lab runs nothing by itself, and several faults go into one server", async () => {
  const { page, context } = await openPage(browser);
  const gallery = new Gallery(page, app);
  const sessions = async () => (await (await fetch(`${app.url}/api/sessions`)).json()).length;
  const before = await sessions();
  await gallery.open("lab/prm-resource-slash");
  await page.getByTestId("lab-run").waitFor();
  assert.equal(await sessions(), before, "opening an address starts no run");
  await gallery.open();
  await gallery.together("prm-resource-slash", "issuer-extra-slash");
  assert.match(await page.getByTestId("lab-url").innerText(), /prm-resource-slash\+issuer-extra-slash/);
  await gallery.run();
  await page.getByTestId("finding-resource-mismatch").first().waitFor();
  await context.close();
});

test("what was checked at a step opens in place, with reasons for what was not", async () => {
  const { page, context, session, complaints } = await debug("healthy", { context: { viewport: { width: 1440, height: 900 } } });
  await session.turn.waitFor();
  await page.locator("a.step").first().click();
  const checks = new Checks(page);
  await checks.open();
  const passed = await checks.list("In order");
  await passed.getByText("challenge-without-resource-metadata").waitFor();
  await shot(page, "checks");
  await page.getByRole("button", { name: "Close the step" }).click();
  await checks.open();
  const skipped = await checks.list("Not evaluated");
  await skipped.getByText(/no access token was issued/).first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("the probes are listed with what they may do before they are asked for", async () => {
  const { page, context } = await openPage(browser);
  await new Home(page, app).open();
  await page.getByTestId("advanced").locator("summary").first().click();
  await page.getByTestId("probe-list").locator("summary").first().click();
  await page.getByText(/stays registered/).first().waitFor();
  await page.getByTestId("probe-list").scrollIntoViewIfNeeded();
  await shot(page, "probes-in-the-form");
  await context.close();
});

test("active probes want a second confirmation", async () => {
  const { page, context } = await openPage(browser);
  await new Home(page, app).open();
  await page.getByTestId("url-field").fill("http://127.0.0.1:1/mcp");
  await page.getByTestId("advanced").locator("summary").first().click();
  await page.getByTestId("probe").check();
  const confirmed = page.getByTestId("probe-confirmed");
  await confirmed.waitFor();
  await page.getByTestId("debug-button").click();
  await page.locator("#start-problem").getByText(/second confirmation/).waitFor();
  await confirmed.check();
  // Asked anew when the probes are turned off and on again.
  await page.getByTestId("probe").uncheck();
  await page.getByTestId("probe").check();
  assert.equal(await confirmed.isChecked(), false);
  await confirmed.check();
  await page.getByTestId("debug-button").click();
  await page.waitForURL(/sessions\//);
  await context.close();
});

test("a dry run finds what only a browser would show, before the sign-in", async () => {
  const { page, context, session } = await debug("registered-redirect-uri-not-allowed", {
    context: { viewport: { width: 1440, height: 1000 } },
    advanced: (page) => page.getByTestId("dry-run").check(),
  });
  await session.turn.waitFor();
  const preflight = page.getByTestId("preflight");
  await preflight.getByText(/redirect_uri/).first().waitFor();
  assert.match(await page.getByTestId("authorize-link").innerText(), /Sign in anyway/);
  await page.getByText(/^Dry run: the authorization URL/).first().waitFor();
  await shot(page, "preflight");
  await preflight.locator("a").first().click();
  await page.waitForURL(/\/step\/\d+/);
  await context.close();
});

test("without trouble the card says sign in, and a dry run is not sent unless asked for", async () => {
  const { page, context, session } = await debug("healthy");
  await session.turn.waitFor();
  assert.equal(await page.getByTestId("preflight").count(), 0);
  assert.match(await page.getByTestId("authorize-link").innerText(), /^Sign in\s*$/);
  assert.equal(await page.getByText(/^Dry run/).count(), 0);
  await context.close();
});

test("the reference pages look right in every width and theme", async () => {
  const { page, context, complaints } = await openPage(browser);
  for (const path of ["rules", "rules/issuer-mismatch", "lab", "lab/issuer-extra-slash", "probes"]) {
    await page.goto(`${app.url}/${path}`);
    await inOrder(page, path.replace("/", "-"));
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what is asked for in the form, and what a dry run found, look right in every width and theme", async () => {
  const wrong = [];
  for (const theme of THEMES) {
    const { page, context } = await openPage(browser, { colorScheme: theme });
    await new Home(page, app).open();
    await page.getByTestId("advanced").locator("summary").first().click();
    await page.getByTestId("probe-list").locator("summary").first().click();
    await page.getByText(/stays registered/).first().waitFor();
    wrong.push(...(await looks(page, "opt-in", theme)));
    await context.close();
    const ran = await debug("registered-redirect-uri-not-allowed", {
      context: { colorScheme: theme },
      advanced: (page) => page.getByTestId("dry-run").check(),
    });
    await ran.page.getByTestId("preflight").waitFor();
    wrong.push(...(await looks(ran.page, "preflight", theme, '[data-testid="your-turn"]')));
    await ran.context.close();
  }
  assert.deepEqual(wrong, []);
});
