// Loads the WebAssembly app. A file of its own, because the page's Content-Security-Policy allows no
// inline script. Every way in which loading can fail ends in words on the page.

// The chosen theme applies before anything is drawn; the app keeps it up to date.
try {
  document.documentElement.dataset.theme = localStorage.getItem("authscope.theme") ?? "system";
} catch {
  // Storage is refused: the system's theme it is.
}

// The parts that only some visits need come when they are asked for. All calls wait for one import: those of two imports
// of a file that is still on its way may come in any order, and news of a panel would be told before it is opened.
function part(file) {
  let module;
  return async (act, ...values) => {
    module ??= import(new URL(file, document.baseURI).href);
    module.catch(() => (module = undefined));
    return (await module)[act](...values);
  };
}
globalThis.authscopeOffline = part("offline.js");
globalThis.authscopePanel = part("panels.js");
globalThis.authscopeTools = part("tools.js");

// All actions by name; loaded when it is first asked for.
addEventListener("keydown", async (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  (await import(new URL("palette.js", document.baseURI).href)).toggle();
});

// The session that the address names is asked for while the app is still on its way; the app takes the answer from here.
const named = /\/(sessions\/(?!imported\b)[\w-]+)(\/step\/\d+)?$/.exec(location.pathname);
if (named) {
  const url = new URL(`api/${named[1]}`, document.baseURI).href;
  globalThis.authscopeAsked = [url, fetch(url, { headers: { accept: "application/json" } }).catch(() => null)];
}

const shell = document.getElementById("boot");
const said = document.getElementById("boot-said");

function fail(what, advice) {
  if (!said) return;
  said.setAttribute("role", "alert");
  said.textContent = `authscope could not start: ${what}. ${advice}`;
}

async function start() {
  const names = document.querySelector('meta[name="authscope-app"]')?.dataset;
  if (!names) {
    return fail("the page does not name the app's files", "This build is incomplete: run cargo xtask build again.");
  }
  if (typeof WebAssembly !== "object") {
    return fail("this browser has no WebAssembly, or it is switched off", "Allow it for this page, or use another browser.");
  }
  // Relative names are resolved against the <base>, not against the address of this script.
  const js = new URL(names.js, document.baseURI);
  const wasm = new URL(names.wasm, document.baseURI);
  try {
    const app = await import(js.href);
    await app.default({ module_or_path: wasm });
    shell?.remove();
  } catch (error) {
    fail(String(error?.message ?? error), "Reload the page; if it stays like this, look at the browser's console.");
    throw error;
  }
}

await start();
