// The command palette: Ctrl/⌘-K, a few letters, Enter. The list comes from the server, which knows
// what the viewer may see; the field keeps the focus and points at the option chosen.
import { open } from "./dialogs.js";

const WAIT = 120;
const dialog = () => document.getElementById("palette");
const input = () => document.getElementById("palette-input");
const list = () => document.getElementById("palette-list");
const options = () => [...list().querySelectorAll("[role=option]")];

let asking = null;
let timer = 0;
let shown = null;

function choose(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (option) {
    input().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else {
    input().removeAttribute("aria-activedescendant");
  }
}

const chosen = () => list().querySelector("[aria-selected=true]");

function step(by) {
  const all = options();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  choose(all[(at + by + all.length) % all.length]);
}

function say(words) {
  const empty = dialog().querySelector("[data-palette-empty]");
  empty.hidden = !words;
  empty.textContent = words;
  dialog().querySelector("[data-palette-status]").textContent = words;
}

function show(html) {
  const box = document.createElement("template");
  box.innerHTML = html;
  const nothing = box.content.querySelector("[data-nothing]");
  const words = nothing ? nothing.textContent.trim() : "";
  nothing?.remove();
  list().replaceChildren(box.content);
  input().setAttribute("aria-expanded", String(options().length > 0));
  say(words);
  choose(options()[0]);
}

async function ask() {
  const asked = input().value.trim();
  if (asked === shown) return;
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const url = `${dialog().dataset.url}?q=${encodeURIComponent(asked)}`;
    const response = await fetch(url, { headers: { "X-Juara-Part": "palette" }, signal });
    // Signed out meanwhile: the page itself leads to sign in and back.
    if (response.redirected) return location.reload();
    if (!response.ok) throw new Error(String(response.status));
    show(await response.text());
    shown = asked;
  } catch (error) {
    if (error.name === "AbortError") return;
    show("");
    shown = null;
    say(dialog().querySelector("[data-palette-status]").dataset.failed);
  }
}

function begin() {
  clearTimeout(timer);
  input().select();
  ask();
}

document.addEventListener("keydown", (event) => {
  const isAsked = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  if (!isAsked || !dialog()) return;
  event.preventDefault();
  if (dialog().open) return dialog().close();
  // Over another dialog it would hide what is being filled in there.
  if (document.querySelector("dialog[open]")) return;
  open(dialog());
  begin();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens=palette]")) begin();
});

document.addEventListener("input", (event) => {
  if (event.target !== input()) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});

document.addEventListener("keydown", (event) => {
  if (event.target !== input() || event.isComposing) return;
  const moves = { ArrowDown: 1, ArrowUp: -1 };
  if (moves[event.key]) step(moves[event.key]);
  else if (event.key === "Home" && event.ctrlKey) choose(options()[0]);
  else if (event.key === "End" && event.ctrlKey) choose(options().at(-1));
  else return;
  event.preventDefault();
});

document.addEventListener("submit", async (event) => {
  if (!event.target.matches(".palette-form")) return;
  event.preventDefault();
  clearTimeout(timer);
  // What Enter means is what was typed, even if the list has not caught up.
  await ask();
  chosen()?.click();
});

document.addEventListener("pointermove", (event) => {
  const option = event.target.closest?.(".palette-option");
  if (option && option !== chosen()) choose(option);
});

// Macs call the key by another name.
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".search-keys kbd:first-child")) key.textContent = "⌘";
}
