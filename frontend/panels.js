// Dialogs, editors and the viewers of the inspector: the third WebAssembly module with its styles, fetched once a session
// is drawn (`tools.js`), or when the first of them is opened.
//
// A panel is known by its name, and there is one of each at a time. What goes in and out is JSON text.

let module;
/** Panels that are open, by name. */
const panels = new Map();

function load() {
  module ??= (async () => {
    const [glue] = await Promise.all([import(new URL("authscope-panels.js", import.meta.url).href), styles()]);
    await glue.default({ module_or_path: new URL("authscope-panels_bg.wasm", import.meta.url) });
    return glue;
  })();
  module.catch(() => (module = undefined));
  return module;
}

function styles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("panels.css", import.meta.url);
  const loaded = new Promise((done) => {
    link.onload = done;
    // Plain is better than not at all.
    link.onerror = done;
  });
  document.head.append(link);
  return loaded;
}

/** Fetches the module, so that the first panel opens without a pause. */
export async function warm() {
  await load();
}

/**
 * Opens a panel and waits until it is closed.
 *
 * @param {string} name
 * @param {string} options JSON
 * @param {(message: string) => void} tell called with what the panel says, JSON
 * @param {string} [within] id of the element to mount it into; without it the panel is a modal dialog
 */
export async function open(name, options, tell, within) {
  if (panels.has(name)) return;
  const panel = { news: undefined, opened: undefined, over: false };
  panels.set(name, panel);
  const before = document.activeElement;
  const host = document.createElement("div");
  host.className = "panel-host";
  try {
    const glue = await load();
    // Closed before it was there, or the place for it is gone.
    const place = within ? document.getElementById(within) : document.body;
    if (panel.over || !place) return;
    place.append(host);
    await new Promise((closed) => {
      panel.closed = closed;
      panel.opened = glue.open(name, options, host, (message) => (message ? tell(message) : closed()), !within);
      if (!panel.opened) return closed();
      if (panel.news !== undefined) panel.opened.update(panel.news);
    });
    // Not within a call from the module: it is about to be taken apart.
    await new Promise((later) => setTimeout(later));
  } finally {
    forget(name, panel);
    panel.opened?.free();
    const lost = host.contains(document.activeElement) || document.activeElement === document.body;
    host.remove();
    if (!within && lost && before?.isConnected) before.focus({ preventScroll: true });
  }
}

/** Tells an open panel something new. */
export function update(name, news) {
  const panel = panels.get(name);
  if (!panel) return;
  panel.news = news;
  panel.opened?.update(news);
}

/** Closes a panel. */
export function close(name) {
  const panel = panels.get(name);
  if (!panel) return;
  panel.over = true;
  // Another one may be opened while this one is taken apart.
  forget(name, panel);
  panel.closed?.();
}

function forget(name, panel) {
  if (panels.get(name) === panel) panels.delete(name);
}
