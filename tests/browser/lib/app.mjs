// Starts the authscope binary under test, with the lab, on a free port and a data folder of its own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "./ports.mjs";

const READY_WITHIN = 20_000;

/** The value of an environment variable that `cargo xtask test browser` sets. */
export function setting(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test browser\``);
  return value;
}

/**
 * Starts `authscope serve --lab`.
 *
 * @param {{ args?: string[], owned?: boolean }} [options] further arguments of `serve`; `owned`: sessions belong to
 *   whoever made them, as on an instance that others reach
 * @returns {Promise<App>}
 */
export async function startApp({ args = [], owned = false } = {}) {
  const port = await freePort();
  const own = owned ? ["--public-url", `http://127.0.0.1:${port}/`, "--guard", "local"] : [];
  const app = new App(port, await mkdtemp(join(tmpdir(), "authscope-browser-")), [...own, ...args]);
  await app.start();
  return app;
}

/** A running authscope. */
export class App {
  #process = null;
  #output = [];

  constructor(port, data, args) {
    this.port = port;
    this.data = data;
    this.args = args;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts the process and waits until it says that it is ready. */
  async start() {
    const args = ["serve", "--lab", "--listen", `127.0.0.1:${this.port}`, "--data", this.data, ...this.args];
    const child = spawn(setting("AUTHSCOPE_BIN"), args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const pipe of [child.stdout, child.stderr]) {
      pipe.setEncoding("utf8").on("data", (text) => this.#output.push(text));
    }
    this.#process = child;
    await this.#ready();
  }

  /** Everything that the process printed, for the message of a failed test. */
  get output() {
    return this.#output.join("");
  }

  /** Ends the process as a supervisor would; the data folder stays. */
  async end(signal = "SIGTERM") {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    // A process that ignores the request must not hang the suite; that it does is for its own test to say.
    const limit = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(limit);
  }

  /** Ends the process and starts it again on the same port and data. */
  async restart(signal) {
    await this.end(signal);
    await this.start();
  }

  /** Ends the process and removes its data. */
  async stop() {
    await this.end();
    await rm(this.data, { recursive: true, force: true });
  }

  async #ready() {
    const child = this.#process;
    const failed = new Promise((resolve) => child.once("error", resolve));
    const deadline = Date.now() + READY_WITHIN;
    while (Date.now() < deadline) {
      const error = await Promise.race([failed, this.#answers()]);
      if (error instanceof Error) throw error;
      if (error === true) return;
      if (child.exitCode !== null) throw new Error(`authscope ended with ${child.exitCode}:\n${this.output}`);
      await pause(50);
    }
    await this.end("SIGKILL");
    throw new Error(`authscope was not ready after ${READY_WITHIN} ms:\n${this.output}`);
  }

  async #answers() {
    try {
      const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) });
      return response.ok;
    } catch {
      return false; // Not listening yet.
    }
  }
}
