// What only some visits need, loaded when it is: opening files without a server, saving exports, the picture.
// The analysis itself is the second WebAssembly module, fetched once, on the first sign that it will be used.

let module;

/** The analysis module. */
function analysis() {
  module ??= (async () => {
    const [glue, glossary] = await Promise.all([
      import(new URL("authscope-analysis.js", import.meta.url).href),
      fetch(new URL("glossary.txt", import.meta.url)),
      import(new URL("tools.js", import.meta.url).href).then((tools) => tools.prepare()),
      globalThis.authscopePanel("warm"),
    ]);
    // What the page of a session explains names with. With this, the tools and the viewers, from here on no network is needed.
    globalThis.authscopeGlossary = glossary.ok ? await glossary.text() : "";
    await glue.default({ module_or_path: new URL("authscope-analysis_bg.wasm", import.meta.url) });
    document.documentElement.dataset.analysis = "ready";
    return glue;
  })();
  module.catch(() => (module = undefined));
  return module;
}

/** The id of the one session that lives in this tab. */
const LOCAL = "imported";
const KEPT = "authscope.imported";
let current;

function remember(text) {
  current = text;
  try {
    sessionStorage.setItem(KEPT, text);
  } catch {
    // Too large, or refused: it lasts as long as the page does.
    sessionStorage.removeItem?.(KEPT);
  }
}

/** The session opened last, as JSON; empty when there is none. */
export function restore() {
  try {
    current ??= sessionStorage.getItem(KEPT) ?? undefined;
  } catch {
    // Storage is refused.
  }
  return current ?? "";
}

/** Opens a text and says what it was; a session is kept for `restore`. */
export async function open(text) {
  const result = (await analysis()).open(text);
  if (!result.startsWith('{"kind":"session"')) return result;
  remember(result);
  return '{"kind":"session"}';
}

/** Watches for files and texts on the page; calls back with what they were. Gives back the end of it. */
export function watch(tell) {
  const end = new AbortController();
  const on = (name, act) => document.addEventListener(name, act, { signal: end.signal });
  const take = async (text) => {
    tell('{"kind":"busy"}');
    try {
      tell(await open(await text));
    } catch (error) {
      const words = `The part of authscope that opens files could not be loaded: ${error?.message ?? error}. Is authscope running?`;
      tell(JSON.stringify({ kind: "refused", words }));
    }
  };
  const warm = (event) => {
    if (event.target.closest?.(".import")) analysis().catch(() => {});
  };
  on("pointerover", warm);
  on("focusin", warm);
  const picked = (field) => {
    const file = field?.id === "import-file" ? field.files?.[0] : undefined;
    if (!file) return;
    take(file.text());
    field.value = "";
  };
  on("change", (event) => picked(event.target));
  // Chosen before this file was here.
  picked(document.getElementById("import-file"));
  on("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    analysis().catch(() => {});
    document.documentElement.classList.add("dropping");
  });
  const left = () => document.documentElement.classList.remove("dropping");
  on("dragleave", (event) => event.relatedTarget === null && left());
  on("drop", (event) => {
    left();
    const file = event.dataTransfer?.files?.[0];
    if (!file) return;
    event.preventDefault();
    take(file.text());
  });
  on("paste", (event) => {
    // A field for text of its own keeps what is pasted into it; the URL field has no use for JSON.
    const field = event.target.closest?.("textarea, input");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if ((field && field.id !== "url") || !/^\s*\uFEFF?\s*(\{|"[^"]*"\s*:)/.test(text)) return;
    event.preventDefault();
    take(text);
  });
  return () => end.abort();
}

/** A session in a format: from the server, or from the analysis module when it is one of this tab. */
async function written(format, id) {
  if (id === LOCAL) {
    const glue = await analysis();
    const recording = JSON.stringify(JSON.parse(restore()).recording);
    return { name: glue.file_name(recording, format), text: glue.exported(recording, format) };
  }
  const response = await fetch(new URL(`api/sessions/${encodeURIComponent(id)}/export/${format}`, document.baseURI));
  const text = await response.text();
  if (!response.ok) throw new Error(JSON.parse(text).detail);
  const named = /filename="([^"]+)"/.exec(response.headers.get("content-disposition") ?? "");
  return { name: named?.[1] ?? `authscope.${format}`, text };
}

/** The text of a session in a format. */
export async function text(format, id) {
  return (await written(format, id)).text;
}

/** Saves a session as a file. */
export async function save(format, id) {
  const { name, text } = await written(format === "png" ? "svg" : format, id);
  if (format !== "png") return download(name, new Blob([text], { type: "application/octet-stream" }));
  download(name.replace(/svg$/, "png"), await picture(text));
}

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Canvases have limits; a long session is drawn smaller rather than not at all. */
const LONGEST_SIDE = 16_000;

async function picture(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("this browser could not draw a picture that large");
  return blob;
}
