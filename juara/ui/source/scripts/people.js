// The team tree: arrow keys walk it, teams and people are dragged onto teams. Everything dragging
// does, the forms beside the tree do too.
import "./people-list.js";

const tree = () => document.querySelector("[data-tree]");
const items = () => [...document.querySelectorAll("[data-tree] [role=treeitem]")];
const level = (item) => Number(item.getAttribute("aria-level"));
const isShown = (item) => !item.parentElement.hidden;

function say(words) {
  const place = document.querySelector("[data-tree-says]");
  if (place) place.textContent = words;
}

// One item at a time is a stop for the Tab key; without script all of them are.
function stopAt(item) {
  for (const each of items()) each.tabIndex = each === item ? 0 : -1;
}

function below(item) {
  const all = items();
  const from = all.indexOf(item) + 1;
  const end = all.findIndex((each, index) => index >= from && level(each) <= level(item));
  return all.slice(from, end < 0 ? undefined : end);
}

function fold(item, isOpen) {
  if (!item.hasAttribute("aria-expanded")) return;
  item.setAttribute("aria-expanded", String(isOpen));
  // What lies below a team that is itself folded stays hidden.
  let foldedAt = Infinity;
  for (const each of below(item)) {
    if (level(each) <= foldedAt) foldedAt = Infinity;
    each.parentElement.hidden = !isOpen || foldedAt < Infinity;
    if (each.getAttribute("aria-expanded") === "false" && foldedAt === Infinity) foldedAt = level(each);
  }
}

function walk(item, key) {
  const shown = items().filter(isShown);
  const at = shown.indexOf(item);
  const isOpen = item.getAttribute("aria-expanded") === "true";
  const parent = shown.slice(0, at).findLast((each) => level(each) < level(item));
  const [inwards, outwards] = document.dir === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
  if (key === "ArrowDown") return shown[at + 1];
  if (key === "ArrowUp") return shown[at - 1];
  if (key === "Home") return shown[0];
  if (key === "End") return shown.at(-1);
  if (key === inwards) return isOpen ? shown[at + 1] : fold(item, true);
  if (key === outwards) return isOpen ? fold(item, false) : parent;
  return undefined;
}

const KEYS = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"];

document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.("[data-tree] [role=treeitem]");
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  if (KEYS.includes(event.key)) {
    event.preventDefault();
    walk(item, event.key)?.focus();
  } else if (event.key === " ") {
    event.preventDefault();
    item.click();
  } else if (event.key.length === 1 && /\S/.test(event.key)) {
    // Typing a letter goes to the next team that begins with it.
    const shown = items().filter(isShown);
    const at = shown.indexOf(item) + 1;
    const wanted = event.key.toLocaleLowerCase();
    [...shown.slice(at), ...shown.slice(0, at)]
      .find((each) => each.dataset.name.toLocaleLowerCase().startsWith(wanted))
      ?.focus();
  }
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("[data-tree] [role=treeitem]");
  if (item) stopAt(item);
});

// The triangle folds; the rest of the row opens the team.
document.addEventListener(
  "click",
  (event) => {
    const toggle = event.target.closest?.("[data-toggle]");
    if (!toggle) return;
    event.preventDefault();
    event.stopPropagation();
    const item = toggle.closest("[role=treeitem]");
    fold(item, item.getAttribute("aria-expanded") !== "true");
  },
  true,
);

document.addEventListener("htmx:after:swap", (event) => {
  const item = event.detail.ctx.sourceElement?.closest?.("[data-tree] [role=treeitem]");
  if (!item) return;
  for (const each of items()) each.setAttribute("aria-selected", String(each === item));
  const panel = document.getElementById("team-panel");
  // On a phone the panel is below the tree.
  if (panel && panel.getBoundingClientRect().top > innerHeight * 0.7) {
    panel.scrollIntoView({ block: "start" });
    panel.focus({ preventScroll: true });
  }
});

// --- Dragging ---

let lifted = null;

function address(values) {
  const url = new URL(tree().dataset.page, location.href);
  if (tree().dataset.day) url.searchParams.set("day", tree().dataset.day);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}

function takes(item) {
  if (!lifted || !item) return false;
  if (lifted.kind === "person") return item.getAttribute("aria-selected") !== "true";
  return item !== lifted.item && !below(lifted.item).includes(item) && item.dataset.team !== lifted.item.dataset.parent;
}

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.("[data-tree-edit] [role=treeitem]");
  const person = event.target.closest?.("[data-person]");
  if (!item && !person) return;
  lifted = item ? { kind: "team", item } : { kind: "person", item: person };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", (item ?? person).textContent.trim());
  (item ?? person).dataset.lifted = "";
  if (item) say(tree().dataset.lifted.replace("{team}", item.dataset.name));
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-tree] [role=treeitem]");
  for (const each of document.querySelectorAll("[data-over]")) if (each !== over) delete each.dataset.over;
  if (!takes(over)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
  over.dataset.over = "";
});

document.addEventListener("drop", (event) => {
  const over = event.target.closest?.("[data-tree] [role=treeitem]");
  if (!takes(over)) return;
  event.preventDefault();
  if (lifted.kind === "team") {
    // The day is still to be chosen: the form opens with both teams in it.
    location.assign(address({ team: lifted.item.dataset.team, under: over.dataset.team }));
    return;
  }
  const form = lifted.item.closest("form");
  const dragged = lifted.item.querySelector("input[type=checkbox]");
  dragged.checked = true;
  form.elements.team.value = over.dataset.team;
  if (form.elements.team.value === over.dataset.team) form.requestSubmit();
});

document.addEventListener("dragend", () => {
  delete lifted?.item.dataset.lifted;
  lifted = null;
  for (const each of document.querySelectorAll("[data-over]")) delete each.dataset.over;
});

// --- At the beginning ---

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-submits]") && event.target.value) event.target.form.requestSubmit();
});

const open = document.querySelector("[data-tree] [aria-selected=true]");
if (open) stopAt(open);

const focusTaker = document.querySelector("[data-takes-focus]");
if (focusTaker) (focusTaker.matches("form") ? focusTaker.querySelector("select, input:not([type=hidden])") : focusTaker).focus();

// A message that came with the page is not read out by itself: put it into the region once more.
const message = document.querySelector("#toasts .toast p");
if (message && tree()) setTimeout(() => say(message.textContent), 300);
