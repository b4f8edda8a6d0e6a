// What is typed into <form data-keep> outlives a reload, a crash and an expired session, in this
// window only, until the form is accepted. Never passwords, files or hidden fields.
import { open } from "./dialogs.js";

const PREFIX = "juara-kept:";
const { viewer = "" } = document.documentElement.dataset;
const FIELDS = "input:not([type=password], [type=file], [type=hidden], [type=submit], [type=button]), select, textarea";

/** By where it is sent: a form that comes back to be mended stands at another address. */
function nameOf(form) {
  const path = new URL(form.getAttribute("action") || "", location.href).pathname;
  return [PREFIX + path, form.id, form.dataset.keep].join(":");
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, kept) {
  try {
    sessionStorage.setItem(name, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing, or has no room: the form works as it always did.
  }
}

function names() {
  try {
    return Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  } catch {
    return [];
  }
}

const fields = (form) => [...form.querySelectorAll(FIELDS)].filter((field) => field.name && !field.disabled);
const isTicked = (field) => ["checkbox", "radio"].includes(field.type);

/** The values of a form, in the order of its fields. */
function valuesOf(form) {
  return fields(form).map((field) => {
    if (isTicked(field)) return [field.name, field.value, field.checked];
    if (field.multiple) return [field.name, [...field.selectedOptions].map((option) => option.value)];
    return [field.name, field.value];
  });
}

function put(field, value, checked) {
  if (isTicked(field)) {
    if (field.checked === checked) return false;
    field.checked = checked;
  } else if (field.multiple) {
    const before = [...field.selectedOptions].map((option) => option.value).join();
    if (before === value.join()) return false;
    for (const option of field.options) option.selected = value.includes(option.value);
  } else {
    if (field.value === value) return false;
    field.value = value;
  }
  return true;
}

/** Put kept values back; say whether any was another. */
function fill(form, values) {
  const left = fields(form);
  const changed = [];
  for (const [name, value, checked] of values) {
    const at = left.findIndex((field) => field.name === name && (!isTicked(field) || field.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (put(field, value, checked)) changed.push(field);
  }
  // What depends on a field hears of it as if it had just been typed.
  for (const field of changed) field.dispatchEvent(new Event("change", { bubbles: true }));
  return changed.length > 0;
}

function notice(form, name, before) {
  const words = document.getElementById("kept-notice")?.content.firstElementChild.cloneNode(true);
  if (!words) return;
  words.querySelector("[data-discard]").addEventListener("click", () => {
    fill(form, before);
    sessionStorage.removeItem(name);
    words.remove();
    fields(form)[0]?.focus();
  });
  form.prepend(words);
}

function restore(form) {
  const name = nameOf(form);
  const kept = read(name);
  if (!kept || kept.viewer !== viewer || form.dataset.isKept) return;
  form.dataset.isKept = "";
  const before = valuesOf(form);
  if (!fill(form, kept.values)) return;
  notice(form, name, before);
  const dialog = form.closest("dialog");
  if (dialog) open(dialog);
}

function store(form, isSent = false) {
  write(nameOf(form), { viewer, values: valuesOf(form), isSent });
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form;
    if (form?.matches("[data-keep]") && !event.target.matches("[type=password], [type=file]")) store(form);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-forgets]")) for (const name of names()) sessionStorage.removeItem(name);
  // Asked first, or sent by htmx, which tells how it went.
  if (!form.matches("[data-keep]") || event.defaultPrevented) return;
  if (read(nameOf(form))) store(form, true);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("form[data-keep]");
  if (!form || ctx.request.method === "GET") return;
  const isLed = ctx.response.headers.get("HX-Redirect")?.includes("/sign-in/");
  if (ctx.response.status < 400 && !isLed) sessionStorage.removeItem(nameOf(form));
});

/** After a page: was what was sent accepted? Then it is forgotten; otherwise it is kept on. */
function settle({ isWayBack }) {
  // Sign-in, a page of an error, a form to mend: nobody has taken it yet.
  const isRefused = document.querySelector(".sign-in-form, .problem, [data-form-errors], form[data-keep] [aria-invalid=true]");
  for (const name of names()) {
    const kept = read(name);
    if (!kept?.isSent) continue;
    if (isRefused || isWayBack) write(name, { ...kept, isSent: false });
    else sessionStorage.removeItem(name);
  }
}

function restoreAll() {
  for (const form of document.querySelectorAll("form[data-keep]")) restore(form);
}

// A reload and a step back come to a page without anything having been sent.
settle({ isWayBack: ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type) });
restoreAll();
document.addEventListener("htmx:after:swap", restoreAll);
document.addEventListener("juara:arrived", () => {
  settle({ isWayBack: false });
  restoreAll();
});

// The editor of metrics (metrics.js) keeps its own. Saved, or left on purpose: any page but the editor,
// its review, sign-in and a page of an error.
if (!document.querySelector("#metric-form, #review, .sign-in-form, .problem")) {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(`${PREFIX}metric-editor:`)) sessionStorage.removeItem(name);
}
