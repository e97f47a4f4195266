// Sessions of any length, made of a kept recording: its last steps again and again, with numbers of their own. And a
// server in front of authscope that gives out such a session and sends its events when it is told to.

import { createServer, request as ask } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./ports.mjs";

const FOLDER = new URL("../../recordings/", import.meta.url);

/** A kept recording, as it was saved. */
export async function recording(name) {
  return JSON.parse(await readFile(fileURLToPath(new URL(`${name}.json`, FOLDER)), "utf8"));
}

/**
 * The events of a session with so many steps; the flow goes on and on calling the MCP server.
 *
 * @param {{ finished?: boolean, notes?: boolean }} [options] `notes`: under every third step stands a note, one to
 *   four lines long
 */
export async function longSession(steps, { finished = false, notes = false } = {}) {
  const { events } = await recording("dcr");
  const end = events.at(-1);
  const base = events.slice(0, -1);
  const all = base.slice();
  const call = base.filter((event) => event.kind.type === "exchange").at(-1);
  const known = base.filter((event) => event.kind.type === "exchange").length;
  for (let id = known + 1; id <= steps; id += 1) {
    all.push(again(call, all.at(-1), id));
    if (notes && id % 3 === 0) all.push(note(all.at(-1), id));
  }
  if (finished) all.push({ ...end, seq: all.at(-1).seq + 1, at: all.at(-1).at + 1 });
  return all.filter((event) => event.kind.type !== "exchange" || event.kind.exchange.id <= steps);
}

/** One more step after an event. */
export function again(call, last, id) {
  const exchange = { ...call.kind.exchange, id, started_at: last.at + 5 };
  return { seq: last.seq + 1, at: last.at + 10, kind: { type: "exchange", exchange } };
}

/** A note under a step, longer under some than under others. */
export function note(last, id) {
  const text = `Step ${id} is told about. ${"There is more to say about it than fits on a line. ".repeat(id % 7)}`;
  return { seq: last.seq + 1, at: last.at, kind: { type: "note", exchange: id, tone: "info", text } };
}

/** The event of the next step of a session. */
export function next(events) {
  const exchanges = events.filter((event) => event.kind.type === "exchange");
  return again(exchanges.at(-1), events.at(-1), exchanges.at(-1).kind.exchange.id + 1);
}

/** A server in front of authscope with one more session, `long`. */
export class Front {
  #server;
  #streams = new Set();

  /** Starts it; `events` is what the session consists of so far. */
  static async start(app, events) {
    const front = new Front();
    const port = await freePort();
    Object.assign(front, { app, events: events.slice(), url: `http://127.0.0.1:${port}` });
    front.#server = createServer((incoming, outgoing) => front.#answer(incoming, outgoing));
    await new Promise((resolve) => front.#server.listen(port, "127.0.0.1", resolve));
    return front;
  }

  /** Adds events and sends them to whoever watches. */
  send(...events) {
    this.events.push(...events);
    for (const stream of this.#streams) for (const event of events) stream.write(line(event));
  }

  async stop() {
    for (const stream of this.#streams) stream.end();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(incoming, outgoing) {
    const url = new URL(incoming.url, this.url);
    const json = (value) => outgoing.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/api/sessions/long") return json({ summary: summary(this.events), events: this.events, findings: [] });
    if (url.pathname === "/api/sessions/long/diagnosis") return json(diagnosis(this.events));
    if (url.pathname === "/api/sessions/long/events") return this.#stream(url, outgoing);
    return this.#pass(incoming, outgoing);
  }

  #stream(url, outgoing) {
    outgoing.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const after = Number(url.searchParams.get("after") ?? 0);
    outgoing.write(": here\n\n");
    for (const event of this.events.filter(({ seq }) => seq > after)) outgoing.write(line(event));
    this.#streams.add(outgoing);
    outgoing.once("close", () => this.#streams.delete(outgoing));
  }

  #pass(incoming, outgoing) {
    const target = new URL(incoming.url, this.app.url);
    const headers = { ...incoming.headers, host: target.host };
    const passed = ask(target, { method: incoming.method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    passed.once("error", () => outgoing.destroy());
    incoming.pipe(passed);
  }
}

const line = (event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;

const steps = (events) => events.filter((event) => event.kind.type === "exchange").length;

function summary(events) {
  const first = events[0];
  return {
    id: "long",
    title: "A long one",
    server_url: first.kind.config.server_url,
    created_at: first.at,
    updated_at: events.at(-1).at,
    status: "running",
    verdict: "Working.",
    failures: 0,
    warnings: 0,
    exchanges: steps(events),
  };
}

function diagnosis(events) {
  return { seq: events.at(-1).seq, level: "running", sentence: "Calling the MCP server.", failures: 0, warnings: 0, hints: 0, passed_steps: steps(events), findings: [] };
}
