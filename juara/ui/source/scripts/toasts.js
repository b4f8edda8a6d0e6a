// Short messages: those the server put on the page, and `juara:toast` events.
const region = () => document.getElementById("toasts");

function leave(toast) {
  toast.remove();
}

function arm(toast) {
  // What went wrong stays until it is read.
  if (toast.dataset.tone === "error") return;
  let timer;
  const start = () => (timer = setTimeout(leave, 6000, toast));
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", start);
  toast.addEventListener("focusin", () => clearTimeout(timer));
  start();
}

export function say(words, tone = "info") {
  const place = region();
  if (!place) return;
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.tone = tone;
  const text = document.createElement("p");
  text.textContent = words;
  const close = document.createElement("button");
  close.className = "toast-close";
  close.type = "button";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", place.dataset.closeWord);
  close.textContent = "×";
  toast.append(text, close);
  place.append(toast);
  arm(toast);
}

document.addEventListener("click", (event) => {
  const toast = event.target.closest("[data-dismiss]")?.closest(".toast");
  if (toast) leave(toast);
});

document.addEventListener("juara:toast", (event) => {
  say(event.detail.text ?? event.detail.value, event.detail.tone);
});

function armAll() {
  for (const toast of document.querySelectorAll("#toasts > .toast")) arm(toast);
}

document.addEventListener("juara:arrived", armAll);
armAll();
