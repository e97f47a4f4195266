// Nobody is kept out: axe-core finds nothing on any screen, in both themes, on a phone and on a desk.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage } from "./lib/browser.mjs";
import { ran } from "./lib/compare.mjs";
import { overhang, violations } from "./lib/look.mjs";
import { Home, Session } from "./lib/session.mjs";
import { ShareDialog } from "./lib/share.mjs";

const WIDTHS = [320, 1280];

let app;
let browser;
let ids;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
  const dead = { server_url: "http://127.0.0.1:9/mcp" };
  ids = {
    done: await ran(app, "healthy"),
    failed: await ran(app, "token-audience-mismatch"),
    turn: await ran(app, "healthy", { follow_redirects: false }),
    stops: await ran(app, "issuer-extra-slash"),
    unreachable: await ran(app, "healthy", dead),
  };
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** What axe-core finds at every width, in one theme. `prepare` brings the page into the state that is looked at. */
async function found(colorScheme, path, prepare) {
  const wrong = [];
  for (const width of WIDTHS) {
    const { page, context } = await openPage(browser, { colorScheme, viewport: { width, height: 800 } });
    await page.goto(`${app.url}/${path}`);
    await page.waitForFunction(() => !document.querySelector("#boot"));
    await prepare?.(page, width);
    for (const violation of await violations(page)) wrong.push(`${width}: ${violation}`);
    if ((await overhang(page)) > 0) wrong.push(`${width}: ${await overhang(page)} px too wide`);
    await context.close();
  }
  return wrong;
}

const settled = (page) => page.getByTestId("verdict").getByText(/Passed|Failed|Your turn|Not finished|Warnings/).first().waitFor();

const SCREENS = {
  home: ["", (page) => page.getByTestId("recent").waitFor()],
  "home, with everything open": [
    "new?server=https://mcp.example/mcp",
    async (page) => {
      await page.getByTestId("recent").waitFor();
      await page.getByTestId("advanced").locator("summary").first().click();
      await page.getByTestId("rename").first().click();
      await page.getByTestId("title-field").waitFor();
    },
  ],
  "a session that passed": [() => `sessions/${ids.done}`, settled],
  "a session that failed": [() => `sessions/${ids.failed}`, settled],
  "a person's turn": [() => `sessions/${ids.turn}`, (page) => page.getByTestId("your-turn").waitFor()],
  "where a conforming client stops": [() => `sessions/${ids.stops}`, (page) => page.getByTestId("go-on").waitFor()],
  "a target that is not reached": [() => `sessions/${ids.unreachable}`, settled],
  "a session that is not there": ["sessions/nope", (page) => page.getByRole("heading", { name: "There is no such session" }).waitFor()],
  "an address that is not there": ["sessions/a/step/x", (page) => page.getByRole("heading", { level: 1 }).waitFor()],
  "a filter without a hit": [() => `sessions/${ids.done}?only=is-pass&q=nowhere`, (page) => page.getByText("No step is like that").waitFor()],
  "a replay": [
    () => `sessions/${ids.done}`,
    async (page) => {
      await settled(page);
      await page.getByTestId("replay").click();
      await page.getByTestId("replay-bar").waitFor();
    },
  ],
  "the sheet of shortcuts": [
    () => `sessions/${ids.done}`,
    async (page) => {
      await settled(page);
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  ],
  "the palette": [
    () => `sessions/${ids.done}`,
    async (page) => {
      await settled(page);
      await page.keyboard.press("Control+k");
      await page.getByTestId("palette").waitFor();
    },
  ],
  "the share dialog": [
    () => `sessions/${ids.done}`,
    async (page) => {
      await settled(page);
      await new ShareDialog(page).open();
    },
  ],
  comparison: [() => `compare/${ids.done}/${ids.failed}`, null],
  "choosing what to compare": ["compare", null],
  matrix: ["matrix", null],
  rules: ["rules", null],
  "a rule": ["rules/issuer-mismatch", null],
  lab: ["lab", null],
  "a fault": ["lab/issuer-extra-slash", null],
  probes: ["probes", null],
  "the design page": ["design", null],
};

for (const colorScheme of ["light", "dark"]) {
  for (const [name, [path, prepare]] of Object.entries(SCREENS)) {
    test(`axe-core finds nothing: ${name} (${colorScheme})`, async () => {
      assert.deepEqual(await found(colorScheme, typeof path === "function" ? path() : path, prepare), []);
    });
  }

  test(`axe-core finds nothing in any tab of a step (${colorScheme})`, async () => {
    const { page, context } = await openPage(browser, { colorScheme });
    await page.goto(`${app.url}/sessions/${ids.done}`);
    await settled(page);
    await page.locator("a.step").filter({ hasText: "/token" }).first().click();
    for (const tab of ["explain", "request", "response", "token", "timing", "raw"]) {
      await page.getByTestId(`tab-${tab}`).click();
      assert.deepEqual(await violations(page), [], tab);
    }
    await context.close();
  });
}

test("a step is named in full, and what is seen of it is in its name", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${app.url}/sessions/${ids.done}`);
  await settled(page);
  const names = await page.getByRole("list", { name: "Steps" }).getByRole("link").all();
  assert.ok(names.length >= 10);
  await page.getByRole("link", { name: /^Step 1 of \d+, authscope to MCP server, POST \/healthy\/mcp · initialize, 401 .*, passed$/ }).waitFor();
  await context.close();
});

test("at 200 % nothing sticks out and everything can be reached", async () => {
  // A window of 1280 px at 200 % is one of 640.
  const { page, context } = await openPage(browser, { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  for (const path of ["", `sessions/${ids.turn}`, `sessions/${ids.failed}`]) {
    await page.goto(`${app.url}/${path}`);
    await page.waitForFunction(() => !document.querySelector("#boot"));
    assert.ok((await overhang(page)) <= 0, path);
  }
  const session = new Session(page);
  await session.verdict.waitFor();
  await page.locator("a.step").last().scrollIntoViewIfNeeded();
  assert.ok(await page.locator("a.step").last().isVisible());
  await context.close();
});

test("verdicts are told apart without colour", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${app.url}/sessions/${ids.failed}`);
  await settled(page);
  const seen = await page.evaluate(() => {
    const shape = (mark) => mark.querySelector("path").getAttribute("d");
    const rows = [...document.querySelectorAll("a.step .end .verdict")];
    return rows.map((row) => [row.textContent.trim(), shape(row)]);
  });
  const shapes = new Map(seen);
  assert.ok(shapes.size >= 2, "there are several verdicts");
  assert.equal(new Set(shapes.values()).size, shapes.size, "each word has a shape of its own");
  await context.close();
});

test("who wants no motion gets none", async () => {
  const { page, context } = await openPage(browser, { reducedMotion: "reduce" });
  await new Home(page, app).open();
  await page.goto(`${app.url}/sessions/${ids.turn}`);
  await page.getByTestId("your-turn").waitFor();
  const moving = await page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === "running").length);
  assert.equal(moving, 0);
  await context.close();
});
