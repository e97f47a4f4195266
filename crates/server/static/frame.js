// The theme on the pages that are written on the server: the one chosen in the app, set before anything is drawn,
// and a button to choose another. Loaded in the head, without delay.

const KEY = "authscope.theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const WORDS = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };

function chosen() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme in NEXT ? theme : "system";
  } catch {
    return "system"; // Storage is refused.
  }
}

function apply(theme) {
  document.documentElement.dataset.theme = theme;
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    button.hidden = false;
    button.title = WORDS[theme];
    button.setAttribute("aria-label", WORDS[theme]);
  }
}

apply(chosen());
document.addEventListener("DOMContentLoaded", () => apply(document.documentElement.dataset.theme));
// Another tab chose.
window.addEventListener("storage", (event) => event.key === KEY && apply(chosen()));
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  const theme = NEXT[document.documentElement.dataset.theme] ?? "system";
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page does.
  }
  apply(theme);
});

// All actions by name, as in the app; loaded when it is first asked for.
const PALETTE = new URL("../palette.js", document.currentScript.src).href;
window.addEventListener("keydown", async (event) => {
  if (event.key !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  (await import(PALETTE)).toggle();
});
