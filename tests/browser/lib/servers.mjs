// Real servers nobody here wrote, started by their launchers (AUTHSCOPE_SERVERS, else ../shared/servers).

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const READY_WITHIN = 300_000;

/** The folder of the launchers, or null when there is none. */
export function launchers() {
  const folder = process.env.AUTHSCOPE_SERVERS ?? join(ROOT, "../shared/servers");
  return existsSync(join(folder, "README.md")) ? folder : null;
}

/** Starts a server and waits for its READY line; `mcp` is its address. */
export async function startServer(name, port, env = {}) {
  const child = spawn("bash", [join(launchers(), name, "start.sh"), String(port)], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = [];
  child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
  const ready = new Promise((done, failed) => {
    const limit = setTimeout(() => failed(new Error(`${name} is not ready:\n${said.join("")}`)), READY_WITHIN);
    child.once("exit", (code) => failed(new Error(`${name} ended with ${code}:\n${said.join("")}`)));
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const found = /READY mcp=(\S+)/.exec(text);
      if (found) {
        clearTimeout(limit);
        done(found[1]);
      }
    });
  });
  const mcp = await ready;
  return { mcp, stop: () => new Promise((done) => child.once("exit", done) && child.kill("SIGTERM")) };
}
