// The reference pages: search while one types, faults put together, runs started.
// Without this file the pages work too: the search is a form, and every target has a link.

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[data-filter]")) filter(form);
  for (const form of document.querySelectorAll("form[data-together]")) together(form);
  for (const button of document.querySelectorAll("button[data-run]")) {
    button.addEventListener("click", () => run(button));
  }
});

/** Narrows the list down while one types, and keeps the address so that it can be shared. */
function filter(form) {
  const items = [...document.querySelectorAll("[data-text]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const count = document.querySelector("[data-count]");
  const none = document.querySelector(".none");
  // What the server has left out already cannot come back here; only a whole list is narrowed down.
  const whole = location.search === "";
  const value = (name) => form.elements[name]?.value ?? "";
  const apply = () => {
    const words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const fits =
        words.every((word) => item.dataset.text.includes(word)) &&
        (!value("party") || item.dataset.party === value("party")) &&
        (!value("area") || item.closest("[data-group]").dataset.group === value("area"));
      item.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const group of groups) group.hidden = !group.querySelector("[data-text]:not([hidden])");
    const [one, many] = count.dataset.count.split(" ");
    count.textContent = `${shown} ${shown === 1 ? one : many}`;
    none.hidden = shown > 0;
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  };
  if (!whole) return;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
}

/** Ticked faults become one target: their ids with a plus between them. */
function together(form) {
  const boxes = [...document.querySelectorAll(".tiles input[type=checkbox]")];
  const link = form.querySelector("a");
  const words = form.querySelector(".words");
  const update = () => {
    const ids = boxes.filter((box) => box.checked).map((box) => box.value);
    form.hidden = ids.length === 0;
    words.textContent = ids.length === 1 ? "1 fault ticked" : `${ids.length} faults ticked`;
    link.href = `${document.body.dataset.base}lab/${ids.join("+")}`;
  };
  for (const box of boxes) box.addEventListener("change", update);
  update();
}

/** Makes a session for a target and goes there. */
async function run(button) {
  const base = document.body.dataset.base;
  const problem = document.querySelector("[data-problem]");
  const buttons = [...document.querySelectorAll("button[data-run]")];
  for (const each of buttons) each.disabled = true;
  problem.textContent = "";
  try {
    const response = await fetch(`${base}api/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ config: { server_url: button.dataset.run }, start: button.dataset.mode ?? "run" }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? `status ${response.status}`);
    location.assign(`${base}sessions/${answer.id}`);
  } catch (error) {
    problem.textContent = `The run could not be started: ${error.message}`;
    for (const each of buttons) each.disabled = false;
  }
}

// Coming back with the browser's button: the page may be as it was left, with its buttons off.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[data-run]")) button.disabled = false;
});
