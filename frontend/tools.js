// What the page can be without at first: the map of a long session, replay, the sheet of shortcuts, another title for a
// session. Loaded after the page is there. Which rows there are it asks the list of them, because of a long session only
// some are in the page.

const MANY = 60; // Fewer rows are seen without a map.
const BANDS = 200;
const WORST = ["skip", "info", "pass", "run", "wait", "warn", "stop", "fail"];
const COLOUR = { run: "wait", stop: "skip" };
// How long a step is shown at single speed, in milliseconds.
const PACE = 1_000;

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
[data-presenting] .top > :not(.brand):not(.title), [data-presenting] .side, [data-presenting] .controls, [data-presenting] .divider { display: none; }
[data-presenting] .top .url { display: none; }
[data-presenting] .verdict-bar { grid-template-columns: 1fr; }
[data-presenting] .panes { grid-template-columns: minmax(0, 1fr) 0 min(38%, 720px); grid-template-rows: minmax(0, 1fr); }
[data-presenting] .stage { grid-row: 1; grid-column: 1; zoom: 1.3; }
[data-presenting] .inspector { grid-row: 1; grid-column: 3; zoom: 1.3; border-left: 1px solid var(--line); }
[data-presenting] .panes:not(.inspecting) { grid-template-columns: minmax(0, 1fr); }
[data-presenting] .panes:not(.inspecting) .inspector { display: none; }
[data-presenting] .sentence { font-size: 22px; }
@media (max-width: 899px) { [data-presenting] .panes { grid-template-columns: minmax(0, 1fr); } }
.minimap { position: absolute; z-index: 4; right: 0; top: 92px; bottom: 8px; width: 12px; cursor: pointer; touch-action: none; opacity: .85; border-inline: 2px solid var(--bg); }
.minimap i { position: absolute; left: -4px; right: -2px; min-height: 10px; border: 2px solid var(--ink); border-radius: 3px; background: color-mix(in srgb, var(--ink) 12%, transparent); pointer-events: none; }
.mapped .diagram { scrollbar-width: none; padding-right: 12px; }
.replaying .minimap { bottom: 58px; }
.replaying .pill { bottom: 66px; }
.row[data-to-come] { filter: grayscale(1); }
.row[data-to-come] :is(.shaft, .icon) { opacity: .25; }
.row[data-to-come] * { color: var(--soft) !important; font-weight: 400 !important; }
.row[data-to-come] :is(.note, .group) { background: none; border-color: var(--line); }
.replay { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 6px 12px; background: var(--raised); border-top: 1px solid var(--line); }
.replay input { flex: 1; min-width: 60px; min-height: 0; padding: 0; accent-color: var(--accent); border: 0; background: none; }
.replay .play { min-width: 64px; }
.replay .count { font-size: 13px; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; }
.retitle { width: min(420px, 94vw); padding: 18px 20px; color: var(--ink); background: var(--raised); border: 1px solid var(--line); border-radius: 12px; }
.retitle form { display: grid; gap: 10px; }
.retitle::backdrop { background: #0008; }
.sheet::backdrop { background: #0009; }
.sheet { width: min(520px, 94vw); max-height: 90dvh; overflow: auto; padding: 18px 20px; color: var(--ink); background: var(--raised); border: 1px solid var(--line); border-radius: 12px; box-shadow: var(--shadow); }
.sheet header { display: flex; justify-content: space-between; margin-bottom: 10px; }
.sheet dl > div { display: grid; grid-template-columns: 170px 1fr; padding: 4px 0; }
.sheet dt { display: flex; gap: 6px; }
.sheet .switch { display: block; margin-top: 14px; padding-top: 12px; border-top: 1px solid var(--line); }
@media (max-width: 599px) { .minimap { display: none; } }
@media print { .minimap, .replay { display: none; } }
`);

const KEYS = [
  ["j  k  ↓  ↑", "next, previous step"],
  ["g  G", "first, last step"],
  ["n  p", "next, previous finding"],
  ["Enter", "look into the step"],
  ["Esc", "back to the diagram; close"],
  ["1 – 6  ←  →", "tab of the inspector"],
  ["[  ]", "fold, open the group"],
  ["/", "filter"],
  ["Enter  Shift+Enter", "next hit, hit before, in a search of JSON"],
  ["r", "run"],
  ["s", "one step"],
  ["x", "stop"],
  ["o", "sign in, when it is your turn"],
  ["e", "edit and send again"],
  ["b", "breakpoints"],
  ["P", "keep the step beside others; let it go"],
  ["c c", "copy the step as cURL"],
  ["c m", "copy the step as Markdown"],
  ["c l  l", "copy a link to the step"],
  ["d", "compare with another session"],
  ["Shift+S", "share"],
  ["Ctrl+K", "all actions, by name"],
  ["Ctrl+M", "presentation mode"],
  ["Tab", "diagram, phases and inspector are one stop each"],
  ["?", "this sheet"],
];

function make(kind, attributes = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function styled() {
  if (!document.adoptedStyleSheets.includes(STYLE)) document.adoptedStyleSheets.push(STYLE);
}

function button(words, testid, act, attributes = {}) {
  const element = make("button", { type: "button", "data-testid": testid, ...attributes }, words);
  element.addEventListener("click", act);
  return element;
}

/** Adds map and replay to the diagram of the page; once for each diagram. */
export function attach() {
  const stage = document.querySelector(".stage:not([data-tools])");
  if (!stage) return;
  stage.dataset.tools = "";
  styled();
  map(stage);
  replay(stage);
  // The viewers of the inspector are in the module of the panels: the first step that is opened should not wait for it.
  (globalThis.requestIdleCallback ?? setTimeout)(() => globalThis.authscopePanel("warm").catch(() => {}));
}

/** A number for each row that is shown, in the page or not: its step (0 for what is none) eight times, and its verdict. */
const shownIn = (list) => [...list.shown()];

function map(stage) {
  const diagram = stage.querySelector(".diagram");
  const list = stage.querySelector(".rows");
  const here = make("i");
  const strip = make("div", { class: "minimap", "data-testid": "minimap", "aria-hidden": "true" }, here);
  // All is read before anything is written, or the page would be laid out twice; and what stays is not written.
  let placed = "";
  const place = ({ scrollTop, clientHeight, scrollHeight } = diagram) => {
    const percent = (part) => `${((part / scrollHeight) * 100).toFixed(1)}%`;
    const [top, height] = [percent(scrollTop), percent(clientHeight)];
    if (placed === top + height) return;
    placed = top + height;
    Object.assign(here.style, { top, height });
  };
  const draw = () => {
    if (!list.isConnected) return;
    const rows = shownIn(list);
    const long = rows.length >= MANY;
    const { scrollTop, clientHeight, scrollHeight } = diagram;
    stage.classList.toggle("mapped", long);
    if (!long) return strip.remove();
    strip.style.backgroundImage = bands(rows);
    if (!strip.isConnected) stage.append(strip);
    place({ scrollTop, clientHeight, scrollHeight });
  };
  const go = (event) => {
    const { top, height } = strip.getBoundingClientRect();
    diagram.scrollTop = ((event.clientY - top) / height) * diagram.scrollHeight - diagram.clientHeight / 2;
  };
  strip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    strip.setPointerCapture(event.pointerId);
    go(event);
  });
  strip.addEventListener("pointermove", (event) => event.buttons && go(event));
  diagram.addEventListener("scroll", () => strip.isConnected && place(), { passive: true });
  // Many rows come at once; the strip is drawn when the browser has time for it. The last row is always in the page, so
  // a new one is noticed however long the session is.
  let waiting = false;
  new MutationObserver(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      draw();
    }, 600);
  }).observe(list, { childList: true });
  draw();
}

/** The colours of all rows as one gradient with hard edges; a band has the worst verdict of its rows. */
function bands(rows) {
  const many = Math.min(BANDS, rows.length);
  const parts = [];
  for (let band = 0; band < many; band += 1) {
    const end = Math.floor(((band + 1) * rows.length) / many);
    let worst = 0;
    for (let at = Math.floor((band * rows.length) / many); at < end; at += 1) worst = Math.max(worst, rows[at] % 8);
    const name = COLOUR[WORST[worst]] ?? WORST[worst];
    parts.push(`var(--${name}) ${(band * 100) / many}% ${((band + 1) * 100) / many}%`);
  }
  return `linear-gradient(${parts.join(", ")})`;
}

/** The flow again, step by step: what is to come is dimmed, and the inspector goes along, for each step is selected. */
function replay(stage) {
  const list = stage.querySelector(".rows");
  const steps = () => shownIn(list).map((row) => row >> 3).filter(Boolean);
  const at = () => steps().indexOf(Number(list.querySelector('a.step[aria-current="step"] .number')?.textContent));
  let bar = null;
  let timer = 0;
  let speed = 1;
  let now = 0;
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
    if (bar) bar.play.textContent = "Play";
  };
  // The row of the step is in the page, because it is selected; those of a long session come and go.
  const dim = () => {
    const rows = [...list.children];
    const here = rows.findIndex((row) => row.id === `step-${now}`);
    let past = true;
    for (const [place, row] of rows.entries()) {
      // What stands under the step belongs to it.
      if (place > here && row.classList.contains("is-step")) past = false;
      if (row.hasAttribute("data-to-come") === past) row.toggleAttribute("data-to-come", !past);
    }
  };
  const watch = new MutationObserver(dim);
  const show = (index) => {
    const all = steps();
    const place = Math.min(Math.max(index, 0), all.length - 1);
    if (place < 0) return;
    now = all[place];
    list.shown(now);
    dim();
    bar.scrubber.max = all.length;
    bar.scrubber.value = place + 1;
    bar.count.textContent = `${place + 1} of ${all.length}`;
  };
  const tick = () => {
    timer = setTimeout(() => {
      if (!stage.isConnected || !bar) return;
      show(at() + 1);
      if (steps().at(-1) !== now) tick();
      else stop();
    }, PACE / speed);
  };
  const play = () => {
    if (timer) return stop();
    if (at() >= steps().length - 1) show(0);
    bar.play.textContent = "Pause";
    tick();
  };
  const end = () => {
    stop();
    watch.disconnect();
    stage.classList.remove("replaying");
    for (const row of stage.querySelectorAll("[data-to-come]")) row.removeAttribute("data-to-come");
    bar?.remove();
    bar = null;
    toggle.setAttribute("aria-pressed", "false");
    toggle.focus();
  };
  const begin = () => {
    const scrubber = make("input", { type: "range", min: "1", "aria-label": "Step", "data-testid": "scrubber" });
    scrubber.addEventListener("input", () => show(Number(scrubber.value) - 1));
    const count = make("span", { class: "count" });
    const faster = button("1×", "speed", () => {
      speed = speed === 1 ? 4 : 1;
      faster.textContent = `${speed}×`;
    }, { title: "Speed", class: "quiet" });
    speed = 1;
    const start = button("Play", "play", play, { class: "play" });
    bar = make("div", { class: "replay", role: "group", "aria-label": "Replay", "data-testid": "replay-bar" },
      button("‹", "replay-back", () => show(at() - 1), { class: "quiet", "aria-label": "One step back" }),
      start,
      button("›", "replay-on", () => show(at() + 1), { class: "quiet", "aria-label": "One step on" }),
      scrubber, count, faster,
      button("End", "replay-end", end, { class: "quiet", "aria-label": "End the replay" }));
    Object.assign(bar, { play: start, scrubber, count });
    stage.classList.add("replaying");
    stage.append(bar);
    toggle.setAttribute("aria-pressed", "true");
    watch.observe(list, { childList: true });
    show(0);
    start.focus();
  };
  const toggle = button("Replay", "replay", () => (bar ? end() : begin()), { class: "quiet", "aria-pressed": "false", title: "Replay the flow" });
  stage.querySelector(".tools .later").append(toggle);
}

/** The icons of the tab that were fetched before they are needed, by verdict. */
const marks = new Map();

/** Fetches the icons of the tab for when there is no network. */
export async function prepare() {
  await Promise.all(WORST.map(async (verdict) => {
    const answer = await fetch(new URL(`marks/${verdict}.svg`, import.meta.url));
    if (answer.ok) marks.set(verdict, `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`);
  }));
}

/** Shows a verdict as the icon of the tab; without one, the icon the page came with. */
export function mark(verdict) {
  const link = document.querySelector("link[rel=icon]");
  if (!link) return;
  link.dataset.first ??= link.getAttribute("href");
  link.setAttribute("href", verdict ? marks.get(verdict) ?? `marks/${verdict}.svg` : link.dataset.first);
}

/** The sheet of keyboard shortcuts, with the switch that turns single letters off. */
export function shortcuts() {
  if (document.querySelector("dialog.sheet")) return;
  styled();
  const rows = KEYS.map(([keys, meaning]) =>
    make("div", {}, make("dt", {}, ...keys.split("  ").map((key) => make("kbd", {}, key))), make("dd", {}, meaning)));
  const box = make("input", { type: "checkbox" });
  box.checked = kept() !== "off";
  box.addEventListener("change", () => keep(box.checked ? "on" : "off"));
  const title = make("h2", { id: "sheet-title" }, "Keyboard");
  const close = button("×", "sheet-close", () => dialog.close(), { class: "close quiet", "aria-label": "Close" });
  const dialog = make("dialog", { class: "sheet", "aria-labelledby": "sheet-title" },
    make("header", {}, title, close), make("dl", {}, ...rows), make("label", { class: "switch" }, box, " Single letters are shortcuts"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

const LETTERS = "authscope.shortcuts";

function kept() {
  try {
    return localStorage.getItem(LETTERS);
  } catch {
    return null; // Storage is refused: letters stay on.
  }
}

function keep(value) {
  try {
    localStorage.setItem(LETTERS, value);
  } catch {
    // Storage is refused.
  }
}

/**
 * Asks for another title of a session and gives it to the session.
 *
 * @returns {Promise<string>} the title it has now
 */
export function rename(id, title) {
  styled();
  const field = make("input", { maxlength: "120", "aria-label": "Title of the session", "data-testid": "title-field", value: title });
  const problem = make("p", { class: "problem", role: "alert" });
  const form = make("form", { method: "dialog" }, make("label", {}, "Title of the session"), field, problem,
    make("p", { class: "buttons" },
      make("button", { class: "primary", "data-testid": "title-save" }, "Save"),
      button("Cancel", "title-cancel", () => dialog.close())));
  const dialog = make("dialog", { class: "retitle", "aria-label": "Title of the session" }, form);
  document.body.append(dialog);
  dialog.showModal();
  field.select();
  return new Promise((resolve) => {
    let now = title;
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(now);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const wanted = field.value.trim();
      const answer = await told(id, wanted).catch((error) => String(error.message ?? error));
      if (answer) return (problem.textContent = answer);
      now = wanted || title;
      dialog.close();
    });
  });
}

/** Sends the title; gives what is said against it, or nothing. */
async function told(id, title) {
  const response = await fetch(new URL(`api/sessions/${id}/commands`, document.baseURI), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({ type: "rename", title }),
  });
  return response.ok ? "" : ((await response.json().catch(() => null))?.detail ?? `status ${response.status}`);
}
