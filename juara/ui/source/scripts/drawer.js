// Whatever htmx loads into #drawer-body opens the drawer: at once with a skeleton, then the content.
import { sentence } from "./failures.js";

const drawer = () => document.getElementById("drawer");
const body = () => document.getElementById("drawer-body");
let asking = null;

function skeleton() {
  const box = document.createElement("div");
  box.className = "skeleton";
  box.setAttribute("role", "status");
  box.setAttribute("aria-label", drawer().dataset.loading);
  for (let i = 0; i < 7; i++) box.append(document.createElement("span"));
  return box;
}

function failure(words) {
  const box = document.createElement("div");
  box.className = "banner";
  box.dataset.tone = "danger";
  box.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.textContent = words || drawer().dataset.failed;
  box.append(text);
  return box;
}

const isForDrawer = (context) => context?.target != null && context.target === body();

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (!isForDrawer(ctx)) return;
  // A second number asked for while the first is on its way replaces it.
  if (asking && asking !== ctx) asking.request.abort();
  asking = ctx;
  if (!drawer().open) {
    body().replaceChildren(skeleton());
    drawer().showModal();
  } else {
    body().setAttribute("aria-busy", "true");
  }
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!isForDrawer(ctx)) return;
  // Closed meanwhile, or refused: a page of an error is not the content.
  if (!drawer().open) event.preventDefault();
  else if (ctx.response.status >= 400 && ctx.response.status !== 422) {
    event.preventDefault();
    body().replaceChildren(failure(sentence(ctx.text)));
  }
});

document.addEventListener("htmx:after:swap", (event) => {
  if (isForDrawer(event.detail.ctx)) body().scrollTop = 0;
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (isForDrawer(ctx) && ctx === asking) body().replaceChildren(failure());
});

document.addEventListener("htmx:finally:request", (event) => {
  if (event.detail.ctx !== asking) return;
  asking = null;
  body()?.removeAttribute("aria-busy");
});

document.addEventListener("click", (event) => {
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  // A click on the dialog itself, outside what it holds, is a click beside it.
  const rim = dialog.getBoundingClientRect();
  const isBeside =
    event.target === dialog &&
    (event.clientX < rim.left || event.clientX > rim.right || event.clientY < rim.top || event.clientY > rim.bottom);
  if (isBeside || event.target.closest("[data-close]")) dialog.close();
});

document.addEventListener(
  "close",
  (event) => {
    if (event.target !== drawer()) return;
    asking?.request.abort();
    body().replaceChildren();
  },
  // A dialog's close does not bubble.
  true,
);
