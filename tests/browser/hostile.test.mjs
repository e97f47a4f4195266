// A target with markup in every string it controls: nothing of it runs on any page of ours, nor in a saved one.

import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage } from "./lib/browser.mjs";
import { Session } from "./lib/session.mjs";

// Each ends what it may stand in, and then begins something that runs.
const RUN = "window.owned=1;alert('owned')";
const MARKUP = `'"></script></style></title></textarea>--><img src=x onerror="${RUN}"><svg onload="${RUN}"></svg><script>${RUN}</script><iframe srcdoc="<script>parent.owned=1</script>"></iframe><a href="javascript:${RUN}">link</a>`;
const SCRIPT_URL = `javascript:${RUN}//`;

let app;
let browser;
let target;
/** What the metadata says instead of the right address. */
let authorizationEndpoint = null;

before(async () => {
  target = await hostileTarget();
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  target?.close();
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Starts the target: an MCP server and its authorization server in one. */
async function hostileTarget() {
  const server = createServer((request, response) => {
    const origin = `http://127.0.0.1:${server.address().port}`;
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => answer(request, response, origin, Buffer.concat(chunks).toString()));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function mcp() {
  return `http://127.0.0.1:${target.address().port}/mcp`;
}

function json(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function answer(request, response, origin, body) {
  const url = new URL(request.url, origin);
  const m = MARKUP;
  const quoted = m.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  switch (url.pathname) {
    case "/mcp":
      if (request.headers.authorization) return json(response, 200, result(body, m));
      response.writeHead(401, {
        server: m,
        "x-hostile": m,
        "content-type": "text/html",
        "www-authenticate": `Bearer realm="${quoted}", error="${quoted}", error_description="${quoted}", scope="a ${quoted}", resource_metadata="${origin}/prm"`,
      });
      return response.end(`<title>${m}</title>${m}`);
    case "/prm":
      return json(response, 200, {
        resource: `${origin}/mcp`, authorization_servers: [origin], scopes_supported: ["a", m], resource_name: m,
        resource_documentation: SCRIPT_URL, resource_policy_uri: SCRIPT_URL, resource_tos_uri: SCRIPT_URL, [m]: m,
      });
    case "/.well-known/oauth-authorization-server":
      return json(response, 200, {
        issuer: origin, authorization_endpoint: authorizationEndpoint ?? `${origin}/authorize`, token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`, service_documentation: SCRIPT_URL, op_policy_uri: SCRIPT_URL,
        response_types_supported: ["code", m], code_challenge_methods_supported: ["S256", m], scopes_supported: [m],
        token_endpoint_auth_methods_supported: ["none", m], grant_types_supported: ["authorization_code", m], [m]: m,
      });
    case "/register":
      return json(response, 201, { ...JSON.parse(body || "{}"), client_id: m, client_name: m, client_uri: SCRIPT_URL, logo_uri: SCRIPT_URL, [m]: m });
    case "/authorize": {
      const back = new URL(url.searchParams.get("redirect_uri"));
      back.searchParams.set("code", "code-1234567890abcdef");
      back.searchParams.set("state", url.searchParams.get("state"));
      return response.writeHead(302, { location: back.href }).end();
    }
    case "/token":
      return json(response, 200, { access_token: `at-${m}`, token_type: "Bearer", scope: m, expires_in: 3600, [m]: m });
    default:
      return json(response, 404, { error: m, error_description: m, error_uri: SCRIPT_URL });
  }
}

function result(body, m) {
  const message = JSON.parse(body);
  return {
    jsonrpc: "2.0",
    id: message.id,
    result: {
      protocolVersion: "2025-11-25", capabilities: { [m]: {} }, instructions: m, serverInfo: { name: m, title: m, version: m },
      tools: [{ name: m, title: m, description: m, inputSchema: { type: "object", description: m } }],
    },
  };
}

async function create() {
  const body = { config: { server_url: mcp(), title: MARKUP, follow_redirects: true }, start: "run" };
  const made = await fetch(`${app.url}/api/sessions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  assert.equal(made.status, 201);
  const { id } = await made.json();
  for (let tries = 0; tries < 200; tries += 1) {
    const session = await (await fetch(`${app.url}/api/sessions/${id}`)).json();
    if (["finished", "your_turn", "paused"].includes(session.summary.status)) {
      assert.ok(session.summary.exchanges >= 5, `the flow went far enough: ${session.summary.exchanges}`);
      return id;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the run does not end");
}

/** A page that remembers whether anything ran: a dialog, the marker, or a script the policy had to stop. */
async function watched(context = {}) {
  const opened = await openPage(browser, context);
  const ran = [];
  opened.page.on("dialog", (dialog) => {
    ran.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  opened.page.on("console", (message) => {
    if (/owned|Content Security Policy/i.test(message.text())) ran.push(`console: ${message.text()}`);
  });
  const quiet = async (place) => {
    const marks = await Promise.all(opened.page.frames().map((frame) => frame.evaluate(() => window.owned ?? null)));
    assert.deepEqual([ran, marks.filter(Boolean)], [[], []], place);
    const foreign = await opened.page.evaluate(() =>
      [...document.querySelectorAll("img[src=x], svg[onload], iframe[srcdoc], [onerror], a[href^='javascript:' i]")].map((it) => it.outerHTML));
    assert.deepEqual(foreign, [], place);
  };
  return { ...opened, quiet };
}

test("nothing runs on a session page, on any of its steps and tabs", async () => {
  const id = await create();
  const { page, context, quiet } = await watched();
  await page.goto(`${app.url}/sessions/${id}`);
  const session = new Session(page);
  await session.verdict.waitFor();
  await page.locator("a.step").first().waitFor();
  const steps = await session.steps();
  assert.ok(steps >= 5, `${steps} steps`);
  for (let step = 0; step < steps; step += 1) {
    await page.locator("a.step").nth(step).click();
    for (const tab of await page.locator("[data-testid^=tab-]").all()) {
      await tab.click();
      // Explain and Timing are the page's own; the other views are a panel.
      await page.locator("#tab-content > *, #viewer .panel-host > *").last().waitFor();
      await quiet(`step ${step}, ${await tab.getAttribute("data-testid")}`);
    }
  }
  await context.close();
});

test("nothing runs on the pages that the server writes", async () => {
  const [one, other] = [await create(), await create()];
  const { page, context, quiet } = await watched();
  const hostile = encodeURIComponent(MARKUP);
  for (const path of [
    "", `compare/${one}/${other}`, `compare/${one}/${other}?volatile=show`, `compare/${one}/${other}/1/1`, `sessions/${one}/checks`,
    `oauth/callback?error=${hostile}&error_description=${hostile}&state=${hostile}`, `s/${hostile}`, `sessions/${hostile}`,
    `rules/${hostile}`, `lab?q=${hostile}`, `rules?q=${hostile}`, hostile,
  ]) {
    await page.goto(`${app.url}/${path}`);
    await page.locator("body").waitFor();
    await quiet(path);
  }
  await context.close();
});

test("nothing runs in saved pages and pictures, even without our policy", async () => {
  const id = await create();
  for (const format of ["html", "svg"]) {
    const saved = await (await fetch(`${app.url}/api/sessions/${id}/export/${format}`)).text();
    const file = join(app.data, `saved.${format}`);
    await writeFile(file, saved);
    const { page, context, quiet } = await watched({ offline: true });
    await page.goto(`file://${file}`);
    for (const fold of await page.locator("details > summary").all()) await fold.click();
    await quiet(format);
    await context.close();
  }
});

test("a script for a sign-in address opens nothing", async () => {
  authorizationEndpoint = SCRIPT_URL;
  const body = { config: { server_url: mcp() }, start: "run" };
  const made = await fetch(`${app.url}/api/sessions`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const { id } = await made.json();
  const { page, context, quiet } = await watched();
  await page.goto(`${app.url}/sessions/${id}`);
  await page.locator("a.step").nth(1).waitFor();
  await quiet("the session page");
  await page.goto(`${app.url}/sessions/${id}/authorize`);
  assert.ok(page.url().startsWith(app.url), page.url());
  await quiet("the page that sends to the sign-in");
  authorizationEndpoint = null;
  await context.close();
});

test("session pages and shared ones ask one origin only and send no referrer", async () => {
  const id = await create();
  const made = await fetch(`${app.url}/api/sessions/${id}/links`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ kind: "watch", name: "Ana" }),
  });
  const { url } = await made.json();
  const { page, context } = await watched();
  const asked = [];
  page.on("request", (request) => asked.push({ url: request.url(), referer: request.headers().referer }));
  for (const address of [`${app.url}/sessions/${id}`, url]) {
    await page.goto(address);
    await page.locator("a.step").first().waitFor();
  }
  assert.deepEqual([...new Set(asked.map((it) => new URL(it.url).origin))], [app.url]);
  assert.deepEqual(asked.filter((it) => it.referer), []);
  assert.ok(!page.url().includes(new URL(url).pathname.split("/").pop()), "the token is not in the address");
  await context.close();
});
