// A request that fails says so and changes nothing: what stood there was right a moment ago.
import { say } from "./toasts.js";

const words = () => document.getElementById("toasts")?.dataset ?? {};
const isRefused = (status) => status >= 400 && status !== 422;

/** The sentence of a page or part of an error, with the id that the log has too. */
export function sentence(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const text = page.querySelector("[data-problem]")?.textContent.trim();
  const id = page.querySelector("[data-problem-id]")?.textContent.trim();
  return [text || words().failedWord, id].filter(Boolean).join(" ");
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  // The drawer and live parts have ways of their own; they have already said no.
  if (event.defaultPrevented || !isRefused(ctx.response?.status)) return;
  event.preventDefault();
  say(sentence(ctx.text), "error");
});

document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx || ctx.target?.id === "drawer-body" || ctx.sourceElement?.closest("[data-live-topic]")) return;
  say(ctx.request.method === "GET" ? words().lostWord : words().unsentWord, "error");
});

// A form sent the browser's own way, without a connection, would lead to a page of the browser's.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || event.defaultPrevented || form.method === "dialog") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  say(words().unsentWord, "error");
});
