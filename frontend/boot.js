// Loads the WebAssembly app. A file of its own, because the page's Content-Security-Policy allows no
// inline script. Every way in which loading can fail ends in words on the page.

// The chosen theme applies before anything is drawn; the app keeps it up to date.
try {
  document.documentElement.dataset.theme = localStorage.getItem("authscope.theme") ?? "system";
} catch {
  // Storage is refused: the system's theme it is.
}

const notice = document.getElementById("boot");

function fail(what, advice) {
  if (!notice) return;
  notice.setAttribute("role", "alert");
  notice.textContent = `authscope could not start: ${what}. ${advice}`;
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
    notice?.remove();
  } catch (error) {
    fail(String(error?.message ?? error), "Reload the page; if it stays like this, look at the browser's console.");
    throw error;
  }
}

await start();
