// The editor of a metric. The server draws the form anew after each change; the preview beside it
// is then asked for by itself, so that the form never waits for it.
// The common script has brought htmx before this one runs.
const { htmx } = window;

const form = () => document.getElementById("metric-form");

/** A control somebody has touched keeps its own idea; what the server says must show all the same. */
function settle(control) {
  if (control === document.activeElement && control.matches("input:not([type=checkbox], [type=radio]), textarea")) return;
  if (control.matches("select")) {
    for (const option of control.options) option.selected = option.defaultSelected;
    if (control.selectedIndex < 0) control.selectedIndex = 0;
  } else if (control.matches("[type=checkbox], [type=radio]")) {
    control.checked = control.defaultChecked;
  } else if (control.matches("input:not([type=hidden]), textarea")) {
    control.value = control.defaultValue;
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (!form() || !(ctx.sourceElement === form() || ctx.sourceElement?.form === form() || ctx.target?.id === "metric-form")) return;
  if (ctx.target?.id === "metric-preview") return;
  for (const control of form().querySelectorAll("input, select, textarea")) settle(control);
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  const made = form().querySelector("[data-focus]");
  if (made) {
    made.removeAttribute("data-focus");
    made.focus();
  }
  htmx.trigger(document.getElementById("metric-preview"), "metric:changed");
});

// What somebody has unfolded stays so, however often the form is drawn anew.
const unfolded = new Set();
document.addEventListener("click", (event) => {
  const folded = event.target.closest?.("summary")?.closest("#metric-form details[id]");
  if (folded) unfolded[folded.open ? "delete" : "add"](folded.id);
});

// Where somebody has left the formula; nowhere yet means its end.
let caret = null;
document.addEventListener("focusout", (event) => {
  if (event.target.id === "expression") caret = [event.target.selectionStart, event.target.selectionEnd];
});

// A metric clicked in goes to where the caret stands; without script the server puts it at the end.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-put]");
  const box = document.getElementById("expression");
  if (!button || !box) return;
  event.preventDefault();
  event.stopPropagation();
  const [from, until] = caret ?? [box.value.length, box.value.length];
  const before = box.value.slice(0, from);
  const after = box.value.slice(until);
  const put = `${before && !/[\s(]$/.test(before) ? " " : ""}${button.dataset.put}`;
  box.value = `${before}${put}${after && !/^[\s)]/.test(after) ? " " : ""}${after}`;
  box.focus();
  box.setSelectionRange(before.length + put.length, before.length + put.length);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}, { capture: true });

// A formula is judged while it is typed, once the fingers rest.
let resting = 0;
document.addEventListener("input", (event) => {
  if (event.target.id !== "expression") return;
  clearTimeout(resting);
  resting = setTimeout(() => event.target.dispatchEvent(new Event("change", { bubbles: true })), 700);
});

// A day only matters where a day is asked for: choosing one chooses that, too.
document.addEventListener("change", (event) => {
  const review = event.target.closest("#review");
  if (!review || event.target.name !== "effective_day") return;
  review.querySelector("[name=effective][value=day]").checked = true;
});

// --- What was typed outlives an expired session, a reload and a crash, as in keep.js. The form is
// drawn by the server from all of its state, so that is what is kept, and sent again to be drawn.

const KEPT = "juara-kept:metric-editor:";
const keptAs = () => KEPT + location.pathname + location.search;
const { viewer = "" } = document.documentElement.dataset;

function keep() {
  const values = new FormData(form());
  values.delete("csrfmiddlewaretoken");
  try {
    sessionStorage.setItem(keptAs(), JSON.stringify({ viewer, values: new URLSearchParams(values).toString() }));
  } catch {
    // A browser that keeps nothing, or has no room: the form works as it always did.
  }
}

// On any other page keep.js has forgotten it already.
function forget() {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(KEPT)) sessionStorage.removeItem(name);
}

async function bringBack() {
  const kept = JSON.parse(sessionStorage.getItem(keptAs()) ?? "null");
  if (!kept || kept.viewer !== viewer) return;
  const token = form().querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(form().action, {
    method: "POST",
    headers: { "HX-Request": "true", "X-CSRFToken": token },
    body: new URLSearchParams(kept.values),
  });
  if (!answer.ok && answer.status !== 422) return;
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("metric-form");
  if (!drawn) return;
  form().replaceWith(drawn);
  const notice = document.getElementById("kept-notice")?.content.firstElementChild.cloneNode(true);
  notice?.querySelector("[data-discard]").addEventListener("click", () => {
    forget();
    location.reload();
  });
  if (notice) drawn.prepend(notice);
  htmx.process(drawn);
  htmx.trigger(document.getElementById("metric-preview"), "metric:changed");
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (form() && event.target.form === form()) keep();
  });
}

document.addEventListener("htmx:after:swap", () => {
  if (form() && sessionStorage.getItem(keptAs())) keep();
});

if (form()) bringBack();
