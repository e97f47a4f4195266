// Files: exports of a session, recordings and HAR files opened without a server, client configurations, copies.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { Files, copied, exported } from "./lib/files.mjs";
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
  return { ...opened, start, files: new Files(opened.page) };
}

/** The recording of a finished session on a broken target of the lab. */
async function broken() {
  const { page, context, start } = await home({ permissions: ["clipboard-read", "clipboard-write"], viewport: { width: 1440, height: 900 } });
  const session = await start.debug(await start.target("prm-resource-slash"));
  await session.says(/Failed|Your turn/);
  return { page, context, session };
}

test("a session is saved in every format", async () => {
  const { page, context } = await broken();
  const begins = {
    "Recording (JSON)": [/\.json$/, /^\{\s+"format": "authscope-recording"/],
    "HAR 1.2": [/\.har$/, /"version": "1\.2"/],
    "Page that opens offline (HTML)": [/\.html$/, /^<!doctype html>/],
    "Bug report (Markdown)": [/\.md$/, /^# MCP authorization: /],
    "Diagram (SVG)": [/\.svg$/, /^<svg /],
    "Diagram (Mermaid)": [/\.mmd$/, /^sequenceDiagram/],
    "Diagram (PNG)": [/\.png$/, /^.PNG/],
  };
  for (const [entry, [name, content]] of Object.entries(begins)) {
    const file = await exported(page, entry);
    assert.match(file.name, name);
    assert.match(file.bytes.toString("latin1").slice(0, 400), content);
  }
  await page.getByTestId("export-menu").click();
  await shot(page, "export-menu");
  await page.getByRole("button", { name: "Copy bug report" }).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("# MCP authorization: "));
  await context.close();
});

test("the saved page opens offline, and its links jump", async () => {
  const { page, context } = await broken();
  const { bytes } = await exported(page, "Page that opens offline (HTML)");
  await context.close();
  const offline = await openPage(browser, { offline: true });
  const requests = [];
  offline.page.on("request", (request) => requests.push(request.url()));
  await offline.page.setContent(bytes.toString("utf8"));
  await offline.page.locator("a[href^='#step-']").first().click();
  assert.equal(await offline.page.locator("section:target").count(), 1);
  assert.deepEqual(requests.filter((url) => !url.startsWith("data:") && !url.startsWith("about:")), []);
  await shot(offline.page, "export-html");
  await offline.context.close();
});

test("a HAR file and a recording are analysed with the network off", async () => {
  const saved = await broken();
  const har = (await exported(saved.page, "HAR 1.2")).bytes.toString("utf8");
  const recording = (await exported(saved.page, "Recording (JSON)")).bytes.toString("utf8");
  const finding = (await saved.page.locator(".is-finding").first().innerText()).trim();
  await saved.context.close();
  for (const [kind, text] of [["har", har], ["recording", recording]]) {
    const { page, context, files, complaints } = await home({ viewport: { width: 1440, height: 900 } });
    await files.warm();
    await context.setOffline(true);
    if (kind === "har") await files.pick("flow.har", text);
    else await files.drop("flow.json", text);
    await page.waitForURL(/\/sessions\/imported/);
    const session = new Session(page);
    await page.getByTestId("local-note").waitFor();
    await session.moreThan(1);
    await page.locator(".is-finding").first().waitFor();
    assert.equal((await page.locator(".is-finding").first().innerText()).trim(), finding);
    await page.locator("a.step").first().click();
    await page.getByTestId("tab-response").click();
    await page.getByText(/WWW-Authenticate/i).first().waitFor();
    await page.getByText("Where the protected resource metadata is").first().waitFor();
    assert.equal(await page.getByTestId("run").count(), 0, "nothing can be sent");
    const again = await exported(page, "HAR 1.2");
    assert.match(again.bytes.toString("utf8"), /"version": "1\.2"/);
    await shot(page, `imported-${kind}`);
    await context.setOffline(false);
    await page.reload();
    await page.locator("a.step").first().waitFor();
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test("secrets of a dropped HAR file are nowhere on the page", async () => {
  const canary = "canary-4815162342-token";
  const entry = {
    startedDateTime: "2026-07-01T12:00:00Z", time: 1, cache: {}, timings: { send: 0, wait: 1, receive: 0 },
    request: { method: "POST", url: "https://mcp.example/mcp", httpVersion: "h2", headers: [{ name: "authorization", value: `Bearer ${canary}` }], postData: { mimeType: "application/json", text: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' } },
    response: { status: 200, statusText: "", httpVersion: "h2", headers: [], content: { size: 2, mimeType: "application/json", text: `{"echo":"${canary}"}` } },
  };
  const { page, context, files } = await home();
  await files.paste(JSON.stringify({ log: { version: "1.2", creator: { name: "Firefox" }, entries: [entry] } }));
  await page.waitForURL(/\/sessions\/imported/);
  await page.locator("a.step").first().click();
  await page.getByTestId("tab-raw").click();
  await page.getByText("access_token").or(page.getByText(/⟨/)).first().waitFor();
  const everything = await page.evaluate(() => document.documentElement.outerHTML + JSON.stringify(sessionStorage) + JSON.stringify(localStorage) + location.href);
  assert.ok(!everything.includes(canary));
  await context.close();
});

test("what cannot be opened is said", async () => {
  const { page, context, files } = await home();
  await files.pick("notes.har", "these are notes");
  await files.problem.getByText(/not JSON/).waitFor();
  await files.pick("new.json", JSON.stringify({ format: "authscope-recording", version: "9.0", events: [] }));
  await files.problem.getByText(/version 9\.0/).waitFor();
  await page.goto(`${app.url}/sessions/imported`);
  await page.getByText("no longer in this tab").waitFor();
  await context.close();
});

test("a file chosen before the page listens is opened all the same", async () => {
  const { page, context } = await openPage(browser);
  let listen;
  const held = new Promise((done) => (listen = done));
  await page.route("**/offline.js", async (route) => {
    await held;
    await route.continue();
  });
  await new Home(page, app).open();
  const files = new Files(page);
  await files.pick("notes.har", "these are notes");
  listen();
  await files.problem.getByText(/not JSON/).waitFor();
  await context.close();
});

test("a client's configuration fills the form, starts nothing, and keeps its secrets out of the address", async () => {
  const { page, context, files } = await home();
  const configuration = { mcpServers: { mine: { url: "https://mine.example/mcp", headers: { "X-Api-Key": "canary-4815162342" } } } };
  await page.getByTestId("url-field").focus();
  await files.paste(JSON.stringify(configuration));
  await files.said.getByText(/mine was filled in/).waitFor();
  assert.equal(await page.getByTestId("url-field").inputValue(), "https://mine.example/mcp");
  assert.ok(!page.url().includes("canary") && !page.url().includes("sessions"));
  configuration.mcpServers.other = { url: "https://other.example/mcp" };
  await files.paste(JSON.stringify(configuration));
  await page.getByRole("button", { name: /other\.example/ }).click();
  assert.equal(await page.getByTestId("url-field").inputValue(), "https://other.example/mcp");
  await shot(page, "configuration-pasted");
  await context.close();
});

test("an address fills the form and starts nothing", async () => {
  const { page, context } = await openPage(browser);
  const made = [];
  page.on("request", (request) => request.method() === "POST" && made.push(request.url()));
  await page.goto(`${app.url}/new?server=${encodeURIComponent("https://a.example/mcp")}&spec=2025-06-18&client_secret=x`);
  await page.getByTestId("url-field").waitFor();
  assert.equal(await page.getByTestId("url-field").inputValue(), "https://a.example/mcp");
  assert.deepEqual(made, []);
  await context.close();
});

test("a step is copied in every form", async () => {
  const { page, context } = await broken();
  await page.locator("a.step").first().click();
  assert.match(await copied(page, "cURL"), /^curl -i --globoff/);
  assert.match(await copied(page, "fetch (JavaScript)"), /^await fetch\("http/);
  assert.match(await copied(page, "Raw HTTP"), /^POST .* HTTP\/1\.1\n/);
  assert.match(await copied(page, "Markdown"), /^\*\*Step 1: /);
  assert.match(await copied(page, "One line"), /^Step 1: POST .* → 401/);
  assert.match(await copied(page, "Link to this step"), /\/sessions\/[^/]+\/step\/1$/);
  await page.getByTestId("copy-menu").click();
  await shot(page, "copy-menu");
  await context.close();
});
