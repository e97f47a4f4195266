// How fast the page is, in a real browser, beside what it may take. `cargo xtask bench` runs it and prints the table.
//
// The machine decides the figures: on one that does other things at the same time they are upper bounds.

import { startApp } from "./lib/app.mjs";
import { launchBrowser } from "./lib/browser.mjs";
import { Front, longSession, next } from "./lib/synthetic.mjs";

const rows = [];
const app = await startApp();
const browser = await launchBrowser();

/** Notes a figure with its budget. */
function note(what, value, budget, unit, digits = 0) {
  rows.push({ what, value, budget, unit, digits });
  console.error(`${what}: ${value.toFixed(digits)} ${unit}`);
}

const sorted = (values) => values.slice().sort((a, b) => a - b);
const at = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))];
const median = (values) => at(values, 0.5);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** Now, on the clock that the page's `performance.timeOrigin + performance.now()` is on too. */
const now = () => performance.timeOrigin + performance.now();

/** A page with a profile of its own that remembers its layout shifts and the memories of its WebAssembly modules. */
async function open() {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    globalThis.shifts = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const remember = (result) => {
      const { memory } = (result.instance ?? result).exports;
      if (memory) (globalThis.memories ??= new Set()).add(memory);
      return result;
    };
    for (const name of ["instantiate", "instantiateStreaming"]) {
      const real = WebAssembly[name];
      WebAssembly[name] = (...values) => real.apply(WebAssembly, values).then(remember);
    }
  });
  const tools = await context.newCDPSession(page);
  // The time of the page's own thread: what else the machine does meanwhile does not count.
  await tools.send("Performance.enable", { timeDomain: "threadTicks" });
  return { page, context, tools };
}

/** Milliseconds from the beginning of a navigation to the first frame in which something is there. */
async function until(page, url, is, wanted) {
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(is, wanted, { polling: "raf" });
  return page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now()))));
}

const there = (selector) => document.querySelector(selector) !== null;

/** The list has so many steps, and the reader sees rows. Of a long session not all are in the page. */
const steps = (count) => {
  const list = document.querySelector(".rows");
  const has = list?.shown ? [...list.shown()].filter((row) => row >> 3).length : 0;
  if (has < count) return false;
  const { left, right, top, height } = list.parentElement.getBoundingClientRect();
  const seen = [0.3, 0.6].map((part) => document.elementFromPoint((left + right) / 2, top + height * part));
  return seen.every((element) => element?.closest(".row"));
};

async function firstLoad() {
  const { page, context, tools } = await open();
  await tools.send("Network.enable");
  const kinds = new Map();
  let bytes = 0;
  tools.on("Network.responseReceived", ({ requestId, response }) => kinds.set(requestId, response.mimeType));
  tools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (/html|css|javascript|wasm/.test(kinds.get(requestId) ?? "")) bytes += encodedDataLength;
  });
  await until(page, app.url, there, "#url:not(:disabled)");
  await pause(300);
  note("first load (HTML, CSS, JS, WASM)", bytes, 307_200, "B");
  await context.close();
}

async function ready() {
  const times = [];
  for (let run = 0; run < 7; run += 1) {
    const { page, context } = await open();
    times.push(await until(page, app.url, there, "#url:not(:disabled)"));
    await context.close();
  }
  note("start page ready, empty cache, median of 7", median(times), 1_000, "ms");
}

async function sharedLink() {
  const front = await Front.start(app, await longSession(20, { finished: true }));
  const times = [];
  let shifts = 0;
  for (let run = 0; run < 7; run += 1) {
    const { page, context } = await open();
    times.push(await until(page, `${front.url}/sessions/long`, steps, 18));
    shifts = Math.max(shifts, await page.evaluate(() => globalThis.shifts));
    await context.close();
  }
  note("link to a session of 20 steps drawn, empty cache, median of 7", median(times), 1_000, "ms");
  await front.stop();
  return shifts;
}

/** Events come one by one; each is timed from the moment it was sent to the frame that shows it. */
async function live(rows, what) {
  const front = await Front.start(app, await longSession(rows));
  const { page, context } = await open();
  await until(page, `${front.url}/sessions/long`, steps, rows - 2);
  await page.evaluate(() => {
    globalThis.seen = new Map();
    const look = () => {
      const when = performance.timeOrigin + performance.now();
      for (const row of document.querySelectorAll(".rows > li.is-step")) if (!globalThis.seen.has(row.id)) globalThis.seen.set(row.id, when);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await pause(300);
  const sent = new Map();
  for (let run = 0; run < 100; run += 1) {
    const event = next(front.events);
    sent.set(`step-${event.kind.exchange.id}`, now());
    front.send(event);
    await pause(60);
  }
  await page.waitForFunction((id) => globalThis.seen.has(id), [...sent.keys()].at(-1));
  const seen = new Map(await page.evaluate(() => [...globalThis.seen]));
  // A row that was never drawn came to no pixel.
  const times = [...sent].map(([id, when]) => (seen.get(id) ?? Infinity) - when);
  note(`event to pixel${what}, p95 of 100`, at(times, 0.95), 100, "ms");
  const shifts = await page.evaluate(() => globalThis.shifts);
  await context.close();
  await front.stop();
  return shifts;
}

const spent = async (tools) => {
  const { metrics } = await tools.send("Performance.getMetrics");
  const value = (name) => metrics.find((metric) => metric.name === name).value * 1_000;
  return value("ScriptDuration") + value("LayoutDuration") + value("RecalcStyleDuration");
};

/** What appending a bare row to a thousand costs here: no app at all, a row of HTML in the list, and to its end. */
async function bareRows() {
  const { page, tools, context } = await open();
  await page.setContent(`<style>body{margin:0}.pane{height:860px;width:800px;overflow:auto}ol{margin:0;padding:0;list-style:none}
    li{height:44px;contain:strict;content-visibility:auto;display:grid;grid-template-columns:repeat(5,1fr)}svg{grid-column:2/4;height:12px;width:100%}</style>
    <div class="pane"><ol></ol></div>`);
  await page.evaluate(() => {
    globalThis.append = () => {
      const row = document.createElement("li");
      row.innerHTML = '<span>7</span><svg viewBox="0 0 100 12"><path d="M0 6H94M88 2l6 4-6 4" stroke="currentColor" fill="none"/></svg><span>POST /mcp</span><span>200</span><span>12 ms</span>';
      document.querySelector("ol").append(row);
      const pane = document.querySelector(".pane");
      pane.scrollTop = pane.scrollHeight;
    };
    for (let row = 0; row < 1_000; row += 1) globalThis.append();
  });
  await pause(500);
  const times = [];
  for (let run = 0; run < 30; run += 1) {
    const before = await spent(tools);
    await page.evaluate(() => setTimeout(globalThis.append, 8));
    await pause(120);
    times.push((await spent(tools)) - before);
  }
  await context.close();
  return median(times);
}

async function thousand() {
  const front = await Front.start(app, await longSession(1_000));
  const opened = [];
  let last;
  for (let run = 0; run < 5; run += 1) {
    // The files are in the cache, as for somebody who was here before.
    last ??= await open();
    opened.push(await until(last.page, `${front.url}/sessions/long`, steps, 990));
  }
  note("open 1,000 rows, files cached, median of 5", median(opened.slice(1)), 500, "ms");
  const { page, tools, context } = last;
  await pause(500);
  const times = [];
  for (let run = 0; run < 30; run += 1) {
    const before = await spent(tools);
    front.send(next(front.events));
    await pause(120);
    times.push((await spent(tools)) - before);
  }
  note("append at 1,000 rows, CPU time of script and layout, median of 30", median(times), 4, "ms", 1);
  // The 4 ms were set where a bare row costs 0.94 ms.
  note("append beside a bare row, by the same measure", median(times) / (await bareRows()), 4 / 0.94, "×", 2);
  const selected = await page.evaluate(async () => {
    const times = [];
    const rows = [...document.querySelectorAll("a.step")].slice(-20);
    for (const row of rows) {
      const begin = performance.now();
      row.click();
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      times.push(performance.now() - begin);
    }
    return times;
  });
  note("select a row of 1,000 to the next frame, p95 of 20", at(selected, 0.95), 100, "ms");
  const shifts = await page.evaluate(() => globalThis.shifts);
  await context.close();
  await front.stop();
  return shifts;
}

const megabytes = async ({ page, tools }) => {
  await tools.send("HeapProfiler.collectGarbage");
  const { metrics } = await tools.send("Performance.getMetrics");
  const heap = metrics.find((metric) => metric.name === "JSHeapUsedSize").value;
  return (heap + (await page.evaluate(() => [...globalThis.memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0)))) / 2 ** 20;
};

/** 10,000 rows, left and opened again within the app: what the fourth visit needs beyond the second is a leak. */
async function soak() {
  const front = await Front.start(app, await longSession(9_000));
  const it = await open();
  await until(it.page, `${front.url}/sessions/long`, steps, 8_990);
  for (let sent = 0; sent < 1_000; sent += 1) {
    front.send(next(front.events));
    if (sent % 50 === 0) await pause(30);
  }
  await it.page.waitForFunction(steps, 9_990, { timeout: 120_000 });
  const needs = [];
  for (let visit = 0; visit < 4; visit += 1) {
    needs.push(await megabytes(it));
    await it.page.evaluate(() => document.querySelector("a.brand").click());
    await it.page.waitForFunction(() => !document.querySelector("a.step"));
    await it.page.goBack();
    await it.page.waitForFunction(steps, 9_990, { timeout: 120_000 });
  }
  note("memory with 10,000 rows", needs[0], 400, "MiB");
  note("memory on the fourth visit beside the second", needs[3] / needs[1], 1.05, "×", 2);
  await it.context.close();
  await front.stop();
}

try {
  await firstLoad();
  await ready();
  const shifts = [await sharedLink(), await live(20, ""), await live(4_000, " at 4,000 rows"), await thousand()];
  note("layout shift, worst of all", Math.max(...shifts), 0.05, "", 3);
  await soak();
} finally {
  await Promise.all([app.stop(), browser.close()]);
}

const text = ({ value, digits, unit }) => `${value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: digits })} ${unit}`.trim();
console.log("| what | measured | budget | ratio |");
console.log("|---|---|---|---|");
for (const row of rows) {
  const { what, value, budget } = row;
  console.log(`| ${what} | ${text(row)} | ${text({ ...row, value: budget, digits: row.unit === "×" || row.unit === "" ? 2 : 0 })} | ${(value / budget).toFixed(2)} |`);
}
