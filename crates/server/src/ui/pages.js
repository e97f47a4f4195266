// The pages that are written on the server. Without this file they work too, but for the forms: links load whole
// pages. With it the reader keeps the place: a selected row, a folded part and the focus survive what comes anew.

const LOOK_AGAIN = 1500;
const place = () => document.getElementById("page");
let latest = 0;
let following = 0;
let seen = place().innerHTML;

/** Takes over the content of a page of ours. */
async function show(address) {
  const turn = ++latest;
  const response = await fetch(address, { headers: { accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("page");
  if (!fresh || turn !== latest) return false;
  if (fresh.innerHTML !== seen) replace(fresh);
  place().toggleAttribute("data-live", fresh.hasAttribute("data-live"));
  return true;
}

function replace(fresh) {
  const open = new Map([...document.querySelectorAll("details[data-key]")].map((part) => [part.dataset.key, part.open]));
  const scrolled = document.querySelector(".cmp-main")?.scrollTop ?? 0;
  const focused = document.activeElement?.dataset?.testid;
  seen = fresh.innerHTML;
  for (const part of fresh.querySelectorAll("details[data-key]")) part.open ||= open.get(part.dataset.key) ?? false;
  place().replaceChildren(...fresh.childNodes);
  const main = document.querySelector(".cmp-main");
  if (main) main.scrollTop = scrolled;
  const again = focused && document.querySelector(`[data-testid="${CSS.escape(focused)}"]`);
  (again || document.querySelector('a.pair[aria-current="step"]'))?.focus({ preventScroll: true });
  times();
}

/** Follows a link of the page without leaving it. */
async function follow(link) {
  const address = link.href;
  if (link.matches("a.pair")) {
    for (const other of document.querySelectorAll("a.pair[aria-current]")) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "step");
  }
  following += 1;
  try {
    if (!(await show(address))) return;
    history.pushState(null, "", address);
    document.querySelector('a.pair[aria-current="step"]')?.scrollIntoView({ block: "nearest" });
  } catch {
    location.assign(address);
  } finally {
    following -= 1;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  follow(link);
});
window.addEventListener("popstate", () => show(location.href).catch(() => location.reload()));

/** Whether single letters are shortcuts: the app's own switch. */
function letters() {
  try {
    return localStorage.getItem("authscope.shortcuts") !== "off";
  } catch {
    return true;
  }
}

const KEYS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  if (event.key === "Escape") return document.querySelector("[data-close]")?.click();
  const arrow = event.key.startsWith("Arrow");
  // Elsewhere the arrows scroll.
  if (arrow ? !event.target.closest("a.pair") : !letters()) return;
  if (event.key === "v") return document.querySelector('[data-testid="volatile"]')?.click();
  const step = KEYS[event.key];
  const rows = [...document.querySelectorAll("a.pair")].filter((row) => !row.closest("details:not([open])"));
  if (!step || rows.length === 0) return;
  event.preventDefault();
  const at = rows.findIndex((row) => row.matches('[aria-current="step"]'));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.max(0, Math.min(rows.length - 1, at + step))];
  next.focus({ preventScroll: true });
  if (!next.matches('[aria-current="step"]')) follow(next);
});

/** Sends a form as JSON, as everything the API takes, and goes where the answer is. */
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.post) return;
  event.preventDefault();
  const problem = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  button.disabled = true;
  problem.textContent = "";
  try {
    const body = JSON.stringify(wanted(new FormData(form)));
    const response = await fetch(form.dataset.post, { method: "POST", headers: { "content-type": "application/json" }, body });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail);
    location.href = form.dataset.next + answer.id;
  } catch (error) {
    problem.textContent = error.message;
    button.disabled = false;
  }
});

function wanted(data) {
  if (!data.has("server")) return { revision: data.get("revision") };
  const config = { server_url: data.get("server") };
  for (const name of ["client_id", "client_secret"]) if (data.get(name)) config[name] = data.get(name);
  return {
    config,
    revisions: data.getAll("revision"),
    registrations: data.getAll("registration"),
    follow_redirects: data.get("leg") === "follow",
  };
}

/** Times of day as this reader writes them. */
function times() {
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[data-time]")) {
    const at = new Date(Number(time.dataset.time));
    time.dateTime = at.toISOString();
    time.textContent = format.format(at);
  }
}

/** Looks again while more may come and somebody looks. */
async function watch() {
  if (place().hasAttribute("data-live") && !document.hidden && !following) {
    await show(location.href).catch(() => {}); // Not there for a moment: again later.
  }
  setTimeout(watch, LOOK_AGAIN);
}

// Coming back with the browser's button: the page may be as it was left, with its button off.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-post] button")) button.disabled = false;
});
times();
setTimeout(watch, LOOK_AGAIN);
