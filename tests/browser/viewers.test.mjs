// The viewers of the inspector: one per kind of body, verdicts beside values, and nothing of a server that does more
// than stand there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage } from "./lib/browser.mjs";
import { THEMES, looks } from "./lib/look.mjs";
import { answering, changed, opened } from "./lib/viewer.mjs";

const BINARY = Buffer.concat([
  Buffer.from([0xef, 0xbb, 0xbf]),
  Buffer.from("GIF89a\0\x01 caf\u00e9  \n"),
  Buffer.from([0xff, 0xfe, 0x00]),
  Buffer.alloc(6_000, "0123456789abcdef"),
  Buffer.from("the end  "),
]);
const STREAM = 'id: 1\nretry: 500\ndata: \n\nevent: message\nid: 2\ndata: {"jsonrpc":"2.0","id":1,"result":{"tools":[]}}\n\ndata: torn';
const PAGE = "<!doctype html><title>Sign in</title>  \n<img src=x onerror=\"window.owned=1\"><script>window.owned=1</script>";

let app;
let browser;

before(async () => {
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Opens a recording with changes in a page of its own. */
async function viewing(name, changes = {}, options = { viewport: { width: 1440, height: 900 } }) {
  const page = await openPage(browser, options);
  const viewer = await opened(page.page, app, await changed(name, changes));
  return { ...page, viewer };
}

const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The token reply of a recording with another access token. */
function token(text) {
  return answering("application/json", JSON.stringify({ access_token: text, token_type: "Bearer", expires_in: 3600 }));
}

test("bytes are shown as offset, hex and characters, with what is overlooked in words", async () => {
  const { page, context, complaints, viewer } = await viewing("dcr", { 2: answering("application/octet-stream", BINARY) });
  await viewer.show(2, "response");
  await viewer.hex.waitFor();
  const text = await viewer.hex.innerText();
  assert.match(text, /^0000\s+ef bb bf 47 49 46 38 39\s+\^\^\^GIF89/, text.slice(0, 80));
  assert.match(text, /ff fe 00/);
  for (const words of ["Begins with a byte order mark", "2 bytes are not UTF-8, the first at offset 14", "Ends with 2 spaces"]) {
    await viewer.place.getByText(words).waitFor();
  }
  const lines = await viewer.hex.locator(".dump-row").count();
  assert.equal(lines, 256, "a stretch of it");
  await viewer.hex.focus();
  await page.keyboard.press("PageDown");
  await page.waitForFunction(() => document.querySelector("#viewer .hex").scrollTop > 0);
  await viewer.place.getByTestId("hex-more").press("Enter");
  await viewer.hex.locator(".dump-row").nth(lines).waitFor();
  await viewer.place.getByRole("button", { name: "The end" }).click();
  await viewer.hex.getByText("the end").or(viewer.hex.getByText("e end")).first().waitFor();
  await viewer.way("As text");
  await viewer.place.locator(".lost").first().waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("any body can be seen as bytes in Raw, and masks are said to be masks", async () => {
  const { context, viewer } = await viewing("dcr");
  await viewer.show(7, "raw");
  const received = viewer.place.getByTestId("raw-response");
  await viewer.way("Hex", received);
  await received.getByTestId("hex").waitFor();
  await received.getByText("Not the bytes of the wire").waitFor();
  assert.match(await received.getByTestId("hex").innerText(), /7b/);
  await viewer.way("Text", received);
  await received.getByText("access_token").first().waitFor();
  await context.close();
});

test("blanks at the ends of lines and a byte order mark can be seen in the text", async () => {
  const { context, viewer } = await viewing("dcr", { 2: answering("application/json", '\uFEFF{"resource": "x"}  ') });
  await viewer.show(2, "raw");
  await viewer.place.locator(".text .bom").waitFor();
  assert.equal(await viewer.place.locator(".text .blank").textContent(), "  ");
  await context.close();
});

test("a search in JSON counts, marks, unfolds and goes round", async () => {
  const deep = { a: { b: { c: { Needle: ["x", { d: "the needle" }] } } }, z: "needle", n: 1.0 };
  const text = JSON.stringify(deep).replace('"n":1', '"n":1.50,"n":2');
  const { page, context, viewer } = await viewing("dcr", { 2: answering("application/json", text) });
  await viewer.show(2, "response");
  await viewer.way("Tree");
  const rows = await viewer.rows();
  assert.ok(!rows.some((row) => row.includes("Needle")), "folded at first");
  assert.deepEqual(rows.filter((row) => row.startsWith("n:")).map((row) => row.split("\n")[0]), ["n: 1.50", "n: 2"], "as written, and both");
  await viewer.search.fill("NEEDLE");
  await viewer.hits.getByText(/1 of 3/).waitFor();
  await viewer.tree.locator(".at mark").getByText("Needle").waitFor();
  await viewer.search.press("Enter");
  await viewer.hits.getByText(/2 of 3/).waitFor();
  assert.equal(await viewer.tree.locator("mark").count(), 3);
  await viewer.search.press("Enter");
  await viewer.search.press("Enter");
  await viewer.hits.getByText(/1 of 3/).waitFor();
  await viewer.search.press("Shift+Enter");
  await viewer.hits.getByText(/3 of 3/).waitFor();
  await viewer.search.fill("nothing like it");
  await viewer.hits.getByText("none").waitFor();
  await viewer.search.press("Escape");
  assert.equal(await viewer.search.inputValue(), "");
  assert.equal(await viewer.tree.locator("mark").count(), 0);
  await viewer.search.press("Escape");
  await page.waitForFunction(() => !document.activeElement.closest("#viewer"), null, { timeout: 2_000 });
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "filter", "the diagram's filter keeps its key");
  await context.close();
});

test("a tree is one stop, and its rows are reached with the arrows", async () => {
  const { page, context, viewer } = await viewing("dcr");
  await viewer.show(3, "response");
  await viewer.way("Tree");
  await viewer.tree.waitFor();
  assert.equal(await viewer.tree.locator('[tabindex="0"]').count(), 1);
  await viewer.tree.getByRole("treeitem").first().focus();
  const current = () => page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press("ArrowDown");
  assert.match(await current(), /^issuer/);
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await viewer.tree.getByRole("treeitem").count(), 1);
  assert.equal(await viewer.tree.getByRole("treeitem").getAttribute("aria-expanded"), "false");
  await page.keyboard.press("Enter");
  await viewer.tree.getByRole("treeitem").nth(1).waitFor();
  await page.keyboard.press("End");
  const count = await viewer.tree.getByRole("treeitem").count();
  assert.equal(await page.evaluate(() => [...document.activeElement.parentElement.children].indexOf(document.activeElement)), count - 1);
  await context.close();
});

test("a megabyte of JSON does not hold the page up", async (t) => {
  const items = Array.from({ length: 10_000 }, (_, at) => ({ id: at, name: `tool number ${at}`, on: at % 2 === 0, list: [1, 2, { deep: "value" }] }));
  const text = JSON.stringify({ items, long: "x".repeat(250_000), last: "the last one" });
  assert.ok(text.length > 1_000_000, `${text.length}`);
  const { page, context, complaints, viewer } = await viewing("dcr", { 2: answering("application/json", text) });
  await page.getByTestId("row-2").click();
  const longest = await page.evaluate(async () => {
    const held = [];
    new PerformanceObserver((list) => held.push(...list.getEntries().map((it) => it.duration))).observe({ type: "longtask", buffered: false });
    for (const name of ["request", "response", "raw", "explain", "response"]) {
      document.querySelector(`[data-testid=tab-${name}]`).click();
      await new Promise((done) => setTimeout(done, 1_500));
    }
    return Math.max(0, ...held);
  });
  t.diagnostic(`longest task ${Math.round(longest)} ms`);
  assert.ok(longest < 1_000, `${longest} ms`);
  await viewer.fields.waitFor();
  await viewer.way("Tree");
  await viewer.tree.waitFor();
  assert.ok((await page.locator("#viewer *").count()) < 6_000, "a stretch of it is in the page");
  await viewer.search.fill("the last one");
  await viewer.hits.getByText(/1 of 1/).waitFor();
  await viewer.tree.locator(".at").waitFor();
  await viewer.search.fill("number 9999");
  await viewer.hits.getByText(/1 of 1/).waitFor();
  await viewer.tree.locator(".at mark").waitFor();
  assert.ok((await viewer.tree.getByRole("treeitem").count()) <= 300);
  await viewer.way("As received");
  await viewer.place.getByTestId("text-more").waitFor();
  await viewer.way("Hex");
  await viewer.place.getByTestId("hex-more").waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a great many members, parameters and events do not hold the page up", async (t) => {
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`member${at}`, at])));
  const form = Array.from({ length: 60_000 }, (_, at) => `p${at}=${at}`).join("&");
  const stream = `data: [${Array.from({ length: 400 }, (_, at) => at).join()}]\n\n`.repeat(500);
  const challenge = (exchange) => {
    exchange.outcome.headers.push({ name: "WWW-Authenticate", value: Array.from({ length: 3_000 }, (_, at) => `S${at} a=${at}`).join(", ") });
  };
  const { page, context, viewer } = await viewing("dcr", {
    1: challenge, 2: answering("application/json", many), 7: answering("application/x-www-form-urlencoded", form), 8: answering("text/event-stream", stream),
  });
  const longest = await page.evaluate(async () => {
    const held = [];
    new PerformanceObserver((list) => held.push(...list.getEntries().map((it) => it.duration))).observe({ type: "longtask", buffered: false });
    const pause = () => new Promise((done) => setTimeout(done, 1_000));
    for (const step of [1, 2, 7, 8]) {
      document.querySelector(`[data-testid=row-${step}]`).click();
      await pause();
      for (const name of ["response", "explain"]) {
        document.querySelector(`[data-testid=tab-${name}]`).click();
        await pause();
      }
    }
    return Math.max(0, ...held);
  });
  t.diagnostic(`longest task ${Math.round(longest)} ms`);
  assert.ok(longest < 1_500, `${longest} ms`);
  await viewer.show(2, "response");
  await viewer.fields.getByText(/And \d+ more/).waitFor();
  await viewer.show(8, "response");
  await viewer.place.getByRole("button", { name: "Show 20 more of 480 events" }).click();
  await viewer.place.locator(".events > li").nth(39).waitFor();
  await context.close();
});

test("a token has three named parts, a verdict on its signature and one on each claim", async () => {
  const { context, viewer } = await viewing("probes");
  await viewer.show(7, "token");
  const access = viewer.place.getByTestId("token-access_token");
  assert.deepEqual(await access.locator(".jwt dt").allInnerTexts(), ["Header", "Payload", "Signature"]);
  const colours = await access.locator(".jwt > div").evaluateAll((parts) => parts.map((part) => getComputedStyle(part).color));
  assert.equal(new Set(colours).size, 3);
  await viewer.signature.first().getByText(/verified ES256 signature verified.*step 11/).waitFor();
  const verdicts = await viewer.verdicts(access);
  for (const name of ["iss", "aud", "iat", "scope", "client_id"]) assert.equal(verdicts[name], "as expected", `${name}: ${JSON.stringify(verdicts)}`);
  assert.equal(verdicts.exp, "valid");
  await access.locator(".judged > div", { has: access.page().locator("dt .name", { hasText: /^exp$/ }) }).getByText(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(.*ago\)/).waitFor();
  await viewer.show(2, "response");
  await viewer.show(10, "token");
  await viewer.signature.first().getByText(/step 11/).waitFor();
  await context.close();
});

test("a claim that a rule complains of leads to the finding", async () => {
  const { page, context, viewer } = await viewing("token-audience-mismatch");
  await viewer.show(7, "token");
  const access = viewer.place.getByTestId("token-access_token");
  await access.getByText(/complained of/).first().waitFor();
  assert.equal((await viewer.verdicts(access)).aud, "complained of");
  assert.match(await viewer.signature.first().innerText(), /not checked/);
  await access.getByTestId("read-finding").first().press("Enter");
  await page.waitForFunction(() => document.activeElement?.dataset.rule === "token-audience-mismatch");
  assert.equal(await page.getByTestId("tab-explain").getAttribute("aria-selected"), "true");
  await context.close();
});

test("opaque tokens are called opaque, and encrypted ones JWE", async () => {
  const jwe = `${b64({ alg: "RSA-OAEP", enc: "A256GCM" })}.a2V5.aXY.Y2lwaGVy.dGFn`;
  for (const [text, words] of [["opaque-value", /opaque/], [jwe, /JWE, encrypted/]]) {
    const { context, viewer } = await viewing("dcr", { 7: token(text) });
    await viewer.show(7, "token");
    await viewer.place.locator(".token .size").getByText(words).waitFor();
    await context.close();
  }
});

test("a challenge is a table over the bytes of its line", async () => {
  const { context, viewer } = await viewing("dcr");
  await viewer.show(1, "response");
  await viewer.challenge.waitFor();
  const verdicts = await viewer.verdicts(viewer.challenge);
  assert.equal(verdicts.scheme, "as expected");
  assert.equal(verdicts.resource_metadata, "as expected");
  await viewer.challenge.getByText("Where the protected resource metadata is").waitFor();
  assert.match(await viewer.challenge.locator("pre").innerText(), /^WWW-Authenticate: Bearer /i);
  await context.close();
  const other = await viewing("challenge-without-resource-metadata");
  await other.viewer.show(1, "response");
  await other.viewer.challenge.getByText("challenge-without-resource-metadata").waitFor();
  assert.equal((await other.viewer.verdicts(other.viewer.challenge)).resource_metadata, "missing");
  await other.context.close();
  const hostile = 'Baerer realm=a b, resource_metadata="https://x.example", <img src=x onerror=window.owned=1>';
  const third = await viewing("dcr", { 1: (exchange) => { exchange.outcome.headers = [{ name: "WWW-Authenticate", value: hostile }]; } });
  await third.viewer.show(1, "response");
  await third.viewer.challenge.locator("mark").first().waitFor();
  await third.viewer.challenge.locator(".hint.warn").first().waitFor();
  assert.equal(await third.page.evaluate(() => window.owned ?? null), null);
  await third.context.close();
});

test("documents of the flow are judged field by field", async () => {
  const { context, viewer } = await viewing("cimd");
  const judged = async (step) => {
    await viewer.show(step, "response");
    await viewer.fields.waitFor();
    return viewer.verdicts(viewer.fields);
  };
  const resource = await judged(2);
  assert.equal(resource.resource, "as expected");
  assert.equal(resource.authorization_servers, "as expected");
  const server = await judged(3);
  for (const name of ["issuer", "token_endpoint", "code_challenge_methods_supported"]) assert.equal(server[name], "as expected", name);
  const client = await judged(5);
  assert.equal(client.client_id, "as expected");
  assert.equal(client.redirect_uris, "as expected");
  await context.close();
});

test("what a document lacks and what a rule complains of stands first, with the finding", async () => {
  const { page, context, viewer } = await viewing("issuer-extra-slash");
  await viewer.show(3, "response");
  await viewer.fields.waitFor();
  const first = viewer.fields.locator(".judged > div").first();
  assert.equal(await first.locator("dt .name").innerText(), "issuer");
  assert.equal(await first.getAttribute("data-verdict"), "complained of");
  await first.getByTestId("read-finding").click();
  await page.waitForFunction(() => document.activeElement?.dataset.rule === "issuer-mismatch");
  await context.close();
  const lacking = await viewing("dcr", { 2: answering("application/json", '{"resource":"http://127.0.0.1/elsewhere","Authorization_Servers":[]}') });
  await lacking.viewer.show(2, "response");
  await lacking.viewer.fields.waitFor();
  assert.equal((await lacking.viewer.verdicts(lacking.viewer.fields)).authorization_servers, "missing");
  await lacking.context.close();
});

test("streams are events, forms are tables, pages are text", async () => {
  const { page, context, complaints, viewer } = await viewing("dcr", {
    2: answering("text/html; charset=utf-8", PAGE),
    8: answering("text/event-stream", STREAM),
  });
  await viewer.show(8, "response");
  const events = viewer.place.locator(".events > li");
  assert.equal(await events.count(), 3);
  assert.match(await events.nth(0).innerText(), /1\.\s+message\s+· id 1 · retry after 500 ms/);
  assert.match(await events.nth(2).innerText(), /not ended by an empty line/);
  await events.nth(1).getByRole("treeitem").first().waitFor();
  await viewer.show(7, "request");
  await viewer.body.getByText("grant_type").first().waitFor();
  await viewer.way("As sent");
  await viewer.body.getByText(/grant_type=authorization_code/).waitFor();
  await viewer.show(2, "response");
  await viewer.body.getByText("HTML, shown as text").waitFor();
  assert.match(await viewer.body.locator("pre").innerText(), /<script>window\.owned=1<\/script>/);
  assert.equal(await page.evaluate(() => window.owned ?? null), null);
  assert.equal(await page.locator("#viewer img, #viewer script").count(), 0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("in a tree stands what a rule complains of, and characters that leave no mark have a number", async () => {
  const text = '{"resource": "http://127.0.0.1/else\u202ewhere", "deep": {"er": {"x": "a\u200bb"}}}';
  const { context, viewer } = await viewing("dcr", { 2: answering("application/json", text) });
  await viewer.show(2, "response");
  await viewer.fields.locator('[data-code="U+202E"]').first().waitFor();
  await viewer.way("Tree");
  const row = viewer.tree.getByRole("treeitem", { name: /^resource/ });
  await row.getByText(/complained of: /).waitFor();
  await viewer.search.fill("a\u200bb");
  await viewer.tree.locator('.at [data-code="U+200B"]').waitFor();
  await context.close();
});

test("two steps are seen in the same viewer side by side", async () => {
  const { page, context, viewer } = await viewing("dcr");
  await viewer.show(2, "response");
  await page.getByTestId("pin").click();
  await page.getByTestId("row-3").click();
  const beside = page.locator("#viewer-beside");
  await beside.getByText("Protected resource metadata: ").waitFor();
  await viewer.place.getByText("Authorization server metadata: ").waitFor();
  await page.getByTestId("tab-raw").click();
  await beside.getByTestId("raw-response").waitFor();
  await viewer.place.getByTestId("raw-response").waitFor();
  await context.close();
});

const SIGHTS = {
  hex: async (viewer) => viewer.show(4, "response"),
  fields: async (viewer) => viewer.show(3, "response"),
  challenge: async (viewer) => viewer.show(1, "response"),
  token: async (viewer) => viewer.show(7, "token"),
  stream: async (viewer) => viewer.show(8, "response"),
  raw: async (viewer) => viewer.show(10, "raw"),
  search: async (viewer) => {
    await viewer.show(10, "response");
    await viewer.search.fill("type");
    await viewer.hits.getByText(/1 of/).waitFor();
  },
};

for (const theme of THEMES) {
  test(`every viewer is in order in every width (${theme})`, async () => {
    const { page, context, viewer } = await viewing("probes", {
      4: answering("application/octet-stream", BINARY),
      8: answering("text/event-stream", STREAM),
    });
    const wrong = [];
    for (const [name, see] of Object.entries(SIGHTS)) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await see(viewer);
      wrong.push(...(await looks(page, `viewer-${name}`, theme, ".inspector")));
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
}
