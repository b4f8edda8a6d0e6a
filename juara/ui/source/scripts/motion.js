// Ranks slide, numbers roll: what was where before a change, and the way from there.
// Used by the pages (around an htmx swap) and by the televisions (around innerHTML).

const EASE = "cubic-bezier(0.2, 0.8, 0.2, 1)";

export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function order(root) {
  return Array.from(root.querySelectorAll("[data-key]"));
}

/** Remember where every keyed element is and what every number says. */
export function remember(root) {
  const places = new Map();
  order(root).forEach((element, index) => {
    places.set(element.dataset.key, { box: element.getBoundingClientRect(), index });
  });
  const numbers = new Map();
  for (const element of root.querySelectorAll("[data-roll]")) {
    numbers.set(element.dataset.roll, element.textContent);
  }
  return { places, numbers };
}

function isSeen(box) {
  return box.bottom > 0 && box.top < innerHeight;
}

function slide(element, from, duration) {
  const to = element.getBoundingClientRect();
  const x = from.left - to.left;
  const y = from.top - to.top;
  if (Math.abs(x) < 1 && Math.abs(y) < 1) return;
  if (!isSeen(from) && !isSeen(to)) return;
  element.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration, easing: EASE });
}

function roll(element, old, duration) {
  const ghost = document.createElement("span");
  ghost.className = "roll-ghost";
  ghost.setAttribute("aria-hidden", "true");
  ghost.textContent = old;
  const content = Array.from(element.childNodes);
  const fresh = document.createElement("span");
  fresh.className = "roll-fresh";
  fresh.append(...content);
  element.append(fresh, ghost);
  const way = { duration, easing: EASE, fill: "both" };
  fresh.animate([{ transform: "translateY(100%)" }, { transform: "none" }], way);
  const leaving = ghost.animate([{ transform: "none" }, { transform: "translateY(-100%)", opacity: 0 }], way);
  const settle = () => {
    ghost.remove();
    if (fresh.parentNode === element) fresh.replaceWith(...fresh.childNodes);
  };
  leaving.onfinish = settle;
  leaving.oncancel = settle;
}

/** Take away what a roll still under way has put in, so that only the page's own text is compared. */
export function settleNumbers(root) {
  for (const ghost of root.querySelectorAll(".roll-ghost")) ghost.remove();
  for (const fresh of root.querySelectorAll(".roll-fresh")) fresh.replaceWith(...fresh.childNodes);
}

/** Play the way from what was remembered to what is there now. */
export function play(root, before, { duration = 550, hasNews = true } = {}) {
  if (isCalm()) return;
  order(root).forEach((element, index) => {
    const was = before.places.get(element.dataset.key);
    if (!was) {
      element.animate([{ opacity: 0 }, { opacity: 1 }], { duration, easing: "ease-out" });
      return;
    }
    slide(element, was.box, duration);
    if (hasNews && index < was.index) {
      element.classList.add("is-rising");
      element.addEventListener("animationend", () => element.classList.remove("is-rising"), { once: true });
    }
  });
  if (!hasNews) return;
  for (const element of root.querySelectorAll("[data-roll]")) {
    const old = before.numbers.get(element.dataset.roll);
    if (old !== undefined && old !== element.textContent) roll(element, old, duration);
  }
}
