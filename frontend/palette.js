// Every action of the page by its name (Ctrl+K, Cmd+K). Loaded when it is asked for, by the app and by the pages that
// are written on the server: it presses what is on the page, so it knows nothing that the page does not offer.

const PLACES = { "./": "Start page", rules: "Rules", lab: "Lab", probes: "Probes", compare: "Compare", matrix: "Every revision at once", design: "Design" };
const KEYS = { run: "r", step: "s", stop: "x", compare: "d", share: "Shift+S", resend: "e", breakpoints: "b", filter: "/", present: "Ctrl+M", "authorize-link": "o" };
// A list nobody reads to the end needs no end.
const MOST = 60;

// The page's policy allows no style that is written into it.
const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
.palette { width: min(560px, 94vw); margin-top: 12vh; padding: 0; border: 1px solid var(--line-strong); border-radius: 12px; color: var(--ink); background: var(--surface); box-shadow: var(--shadow); overflow: hidden; }
.palette::backdrop { background: #0008; }
.palette input { width: 100%; min-height: 48px; padding: 8px 16px; font: inherit; font-size: 16px; color: inherit; background: none; border: 0; border-bottom: 1px solid var(--line); border-radius: 0; outline: none; box-shadow: inset 0 2px var(--accent); }
.palette ul { max-height: 50vh; margin: 0; padding: 6px; overflow: auto; list-style: none; }
.palette li { display: flex; gap: 10px; align-items: baseline; padding: 6px 10px; border-radius: 6px; cursor: pointer; }
.palette li[aria-selected="true"] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
.palette .place { flex: none; width: 120px; font-size: 12px; color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.palette .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
`);

let dialog = null;

/** Opens the palette, or closes it. */
export function toggle() {
  if (dialog?.open) return dialog.close();
  dialog = dialog?.isConnected ? dialog : build();
  dialog.entries = entries();
  dialog.field.value = "";
  show();
  dialog.showModal();
}

function build() {
  const element = document.createElement("dialog");
  element.className = "palette";
  element.setAttribute("aria-label", "All actions");
  const field = document.createElement("input");
  Object.assign(field, { type: "text", placeholder: "What do you want to do?", autocomplete: "off", spellcheck: false });
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-label": "Find an action", "data-testid": "palette" })) {
    field.setAttribute(name, value);
  }
  const list = document.createElement("ul");
  list.id = "palette-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Actions");
  element.append(field, list);
  field.addEventListener("input", () => show());
  element.addEventListener("keydown", keydown);
  // A press beside it, on the backdrop, is one on the dialog itself.
  element.addEventListener("click", (event) => event.target === element && element.close());
  if (!document.adoptedStyleSheets.includes(STYLE)) document.adoptedStyleSheets.push(STYLE);
  document.body.append(element);
  return Object.assign(element, { field, list });
}

function keydown(event) {
  // The shortcuts of the page below mean nothing here.
  event.stopPropagation();
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    return dialog.close();
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    const options = [...dialog.list.children];
    const at = options.findIndex((option) => option.ariaSelected === "true");
    choose(options[(at + by + options.length) % options.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    dialog.list.querySelector("[aria-selected=true]")?.click();
  }
}

function choose(option) {
  for (const other of dialog.list.children) other.ariaSelected = String(other === option);
  dialog.field.setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

/** Shows the entries in which every word of the field occurs. */
function show() {
  const words = dialog.field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = dialog.entries.filter(({ name, group }) => words.every((word) => `${group} ${name}`.toLowerCase().includes(word)));
  const options = fits.slice(0, MOST).map(({ name, group, key, act }, at) => {
    const option = document.createElement("li");
    option.id = `palette-${at}`;
    option.setAttribute("role", "option");
    option.append(part("span", "place", group), part("span", "name", name), part("kbd", "", key ?? ""));
    option.addEventListener("click", () => {
      dialog.close();
      act();
    });
    return option;
  });
  dialog.list.replaceChildren(...options);
  choose(options[0]);
}

function part(kind, name, text) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  element.textContent = text;
  element.hidden = !text;
  return element;
}

/** What the page offers now: its buttons and links, the entries of its menus, and the other pages. */
function entries() {
  const found = [];
  for (const control of document.querySelectorAll("button:not(:disabled), a[href]")) {
    const inMenu = control.closest(".menu");
    if (control.closest("dialog") || control.classList.contains("skip-link") || !(inMenu || control.checkVisibility())) continue;
    const name = nameOf(control);
    if (name) found.push({ name, group: groupOf(control), key: KEYS[control.dataset.testid], act: () => press(control) });
  }
  // Of a long session only some steps are in the page; the list of rows knows them all.
  const rows = document.querySelector(".rows[aria-label]");
  const steps = [...(rows?.shown?.() ?? [])].map((row) => row >> 3).filter(Boolean);
  for (const step of steps) {
    if (!document.getElementById(`step-${step}`)) found.push({ name: `Step ${step}`, group: "Steps", act: () => rows.shown(step) });
  }
  const filter = document.getElementById("filter");
  if (filter) found.push({ name: "Filter steps", group: "Diagram", key: "/", act: () => filter.focus() });
  for (const [path, name] of Object.entries(PLACES)) {
    found.push({ name, group: "Go to", act: () => location.assign(new URL(path, import.meta.url).href) });
  }
  return found;
}

function press(control) {
  control.focus();
  control.click();
}

function nameOf(control) {
  const name = control.getAttribute("aria-label") ?? control.querySelector(".offscreen")?.textContent ?? control.textContent;
  return name.replace(/\s+/g, " ").trim();
}

/** The nearest part of the page with a name. */
function groupOf(control) {
  const part = control.parentElement.closest("[aria-label], [aria-labelledby], h1, header.top");
  if (!part || part.matches("header")) return "Bar";
  const by = part.getAttribute("aria-labelledby");
  return part.getAttribute("aria-label") ?? (by ? (document.getElementById(by)?.textContent ?? "") : "");
}
