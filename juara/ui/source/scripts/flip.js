// Motion around htmx swaps.
import { play, remember, settleNumbers } from "./motion.js";

let before = null;
let place = null;

document.addEventListener("htmx:before:swap", (event) => {
  const target = event.detail.tasks[0]?.target;
  before = null;
  if (!(target instanceof Element) || !target.querySelector("[data-key]")) return;
  settleNumbers(target);
  before = remember(target);
  place = target.id;
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!before) return;
  const root = document.getElementById(place);
  // Only a refresh brings news; another choice of filter is the viewer's own doing.
  const hasNews = event.detail.ctx.sourceEvent?.type === "juara:refresh";
  if (root) play(root, before, { hasNews });
  before = null;
});
