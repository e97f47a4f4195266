// No secret leaves: a hostile server plants unique strings wherever a secret can be, and says them again in every
// encoding; then everything that anybody can read is searched for them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage } from "./lib/browser.mjs";
import { Canaries, percent } from "./lib/canary.mjs";
import { startHostile } from "./lib/hostile.mjs";

const canaries = new Canaries();
const given = {
  key: canaries.plant("query of the MCP server's URL"),
  header: canaries.plant("a header of one's own"),
  cookie: canaries.plant("a cookie of one's own"),
  hint: canaries.plant("an extra parameter of the authorization request"),
  callback: canaries.plant("code in a callback that is refused"),
  form: canaries.plant("code in a form sent to the callback"),
  note: canaries.plant("a token in a note"),
};
let target;
let app;
let browser;
let session;

before(async () => {
  [target, app, browser] = await Promise.all([startHostile(canaries), startApp({ args: ["--log", "trace"] }), launchBrowser()]);
  session = await flow();
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close(), target?.stop()]);
});

async function ask(path, options = {}) {
  const headers = { accept: "application/json", "content-type": "application/json", ...options.headers };
  const response = await fetch(`${app.url}${path}`, { redirect: "manual", ...options, headers, body: options.body && JSON.stringify(options.body) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const post = (path, body, headers) => ask(path, { method: "POST", body, headers });

async function status(id) {
  return JSON.parse((await ask("/api/sessions")).text).find((line) => line.id === id)?.status;
}

async function until(id, ...wanted) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (wanted.includes(await status(id))) return;
    await pause(100);
  }
  throw new Error(`the session is ${await status(id)} and not ${wanted}:\n${(await ask(`/api/sessions/${id}/export/markdown`)).text}`);
}

/** A whole flow against the hostile server, with callbacks that are refused on the way. */
async function flow() {
  const made = await post("/api/sessions", {
    config: {
      server_url: `${target.mcp}?api_key=${given.key}`,
      resource: target.mcp,
      headers: [
        { name: "X-Tenant-Token", value: given.header },
        { name: "Cookie", value: `session=${given.cookie}` },
      ],
      authorize_params: [{ name: "id_token_hint", value: given.hint }],
      registration: "dcr",
      keep_going: true,
      call_tool: { name: "leak", arguments: { password: given.cookie } },
      refresh: true,
    },
    start: "run",
  });
  assert.equal(made.status, 201, made.text);
  const { id } = JSON.parse(made.text);
  await until(id, "your_turn", "finished");
  const away = await ask(`/sessions/${id}/authorize`);
  assert.equal(away.status, 303, (await ask(`/api/sessions/${id}/export/markdown`)).text);
  const wrong = `${app.url}/oauth/callback?code=${given.callback}&state=wrong`;
  await post(`/api/sessions/${id}/commands`, { type: "callback", url: wrong });
  await fetch(wrong);
  await fetch(`${app.url}/oauth/callback`, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: `code=${percent(given.form)}&state=wrong&access_token=${given.form}` });
  const back = await fetch(away.headers.get("location"), { redirect: "manual" });
  await fetch(back.headers.get("location"));
  await until(id, "finished");
  return id;
}

/** Everything of the API that can be read of a session, with the cookie of a guest or without. */
async function readable(cookie) {
  const description = JSON.parse((await ask("/api/openapi.json")).text);
  const paths = Object.entries(description.paths).filter(([, methods]) => methods.get);
  const formats = ["json", "har", "markdown", "html", "svg", "mermaid", "text"];
  const all = paths.flatMap(([path]) => {
    const here = path.replaceAll(/\{(id|other|session)\}/g, session);
    return here.includes("{format}") ? formats.map((format) => here.replace("{format}", format)) : [here];
  });
  const pages = ["", "/checks", "/step/1"].map((rest) => `/sessions/${session}${rest}`);
  const wanted = [...all, ...pages, `/compare/${session}/${session}`, `/compare/${session}/${session}/1/1`, "/compare", "/matrix"];
  const texts = new Map();
  for (const path of wanted.filter((path) => !path.includes("{") && !path.endsWith("/events"))) {
    const { text, headers } = await ask(path, { headers: cookie ? { cookie } : {} });
    texts.set(path, `${[...headers].join("\n")}\n${text}`);
  }
  texts.set("stream", await stream(cookie));
  return texts;
}

/** What the event stream says within a second. */
async function stream(cookie) {
  const response = await fetch(`${app.url}/api/sessions/${session}/events`, { headers: cookie ? { cookie } : {}, signal: AbortSignal.timeout(1_000) });
  let text = "";
  try {
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) text += piece;
  } catch (error) {
    if (error.name !== "TimeoutError" && error.name !== "AbortError") throw error;
  }
  return text;
}

function search(texts) {
  const found = [];
  for (const [where, text] of texts) for (const what of canaries.found(text)) found.push(`${where}: ${what}`);
  return found;
}

/** Nothing was found; else the first of it in words, for there may be a lot. */
function nothing(found) {
  const different = [...new Set(found)];
  assert.equal(different.length, 0, `${different.length} secrets came out, among them\n${different.slice(0, 8).join("\n")}`);
}

async function cookieOf(kind) {
  const made = JSON.parse((await post(`/api/sessions/${session}/links`, { kind })).text);
  const entered = await fetch(made.url, { redirect: "manual" });
  return [entered.headers.getSetCookie()[0].split(";")[0], made.url];
}

test("the flow went to its end, and the search finds what is there", async () => {
  const recording = (await ask(`/api/sessions/${session}/export/json`)).text;
  for (const kind of ["access_token", "refresh_token", "client_secret", "code", "signature"]) assert.match(recording, new RegExp(`⟨${kind}`));
  assert.ok(canaries.count >= 20);
  const secret = target.secrets.access;
  for (const text of [secret, percent(secret), percent(secret, 2), Buffer.from(`abc${secret}`).toString("base64"), `{"a":"x${secret}y"}`]) {
    assert.ok(canaries.found(text).length > 0, text);
  }
});

test("nothing that an owner, a viewer or a snapshot is told holds a secret", async () => {
  const note = await post(`/api/sessions/${session}/notes`, { step: 1, text: `look: Authorization: Bearer ${given.note} and ${target.secrets.access}` });
  assert.equal(note.status, 201);
  const owner = await readable();
  assert.ok(owner.size > 20, `${[...owner.keys()]}`);
  assert.ok(owner.get("stream").includes("data: {"));
  const found = search(owner);
  for (const kind of ["watch", "drive", "snapshot"]) {
    const [cookie] = await cookieOf(kind);
    const texts = await readable(cookie);
    assert.ok(texts.get("stream").includes("⟨access_token"), `${kind} reads the session`);
    found.push(...search(texts).map((what) => `${kind}: ${what}`));
  }
  nothing(found);
});

test("answers to what is wrong do not repeat it", async () => {
  const secret = target.secrets.access;
  const texts = new Map();
  const tries = [
    ["POST", `/api/sessions/${session}/commands`, { type: "callback", url: `${app.url}/oauth/callback?code=${secret}&state=x` }],
    ["POST", `/api/sessions/${session}/commands`, { type: "provide_client", client_id: "x", client_secret: secret }],
    ["POST", `/api/sessions/${session}/reveal`, { hash: secret }],
    ["POST", "/api/sessions", { config: { server_url: `ftp://x/?access_token=${secret}` } }],
    ["POST", "/api/sessions", { config: { server_url: `http://user:${secret}@127.0.0.1:1/mcp` } }],
    ["GET", `/oauth/callback?code=${secret}&state=${secret}`],
    ["GET", `/oauth/callback?error=access_denied&error_description=access_token%3D${secret}`],
    ["GET", `/nothing?access_token=${secret}`],
    ["GET", `/s/${session}.abc.${secret}`],
  ];
  for (const [method, path, body] of tries) {
    const answer = await ask(path, { method, body });
    texts.set(`${method} ${path.replace(secret, "…")}`, answer.text);
  }
  nothing(search(texts));
});

test("no page on a screen holds a secret", async () => {
  const [, link] = await cookieOf("watch");
  const { page, context } = await openPage(browser);
  await page.goto(link);
  await page.locator("a.step").first().waitFor();
  const found = [];
  for (const row of await page.locator("a.step").all()) {
    await row.click();
    for (const tab of await page.locator(".inspector [role=tab]").all()) {
      await tab.click();
      found.push(...canaries.found(await page.content()));
    }
  }
  nothing(found);
  await context.close();
});

test("no log line and no file holds a secret, also after a crash", async () => {
  await app.end("SIGKILL");
  assert.ok(app.output.length > 10_000, "the log is as talkative as it can be");
  const log = canaries.found(app.output).map((what) => `log: ${what}`);
  const files = await canaries.foundIn(app.data);
  nothing([...log, ...files]);
});
