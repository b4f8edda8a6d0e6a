// Files go to the server as soon as they are chosen; and a page that keeps changes by itself is not
// left before the last one has arrived.

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-sends-at-once]");
  if (form && event.target.files?.length) form.requestSubmit();
});

let keeping = 0;
let waiting = -1;

const ways = () => [...document.querySelectorAll("[data-waits] a, [data-waits] button")];
const isKeeping = (event) => event.detail.ctx.sourceElement?.hasAttribute?.("data-autosave");

document.addEventListener("htmx:before:request", (event) => {
  if (isKeeping(event)) keeping += 1;
});

document.addEventListener("htmx:finally:request", (event) => {
  if (!isKeeping(event)) return;
  keeping = Math.max(keeping - 1, 0);
  if (keeping || waiting < 0) return;
  // The part was drawn anew meanwhile, so the way on is looked for again.
  const way = ways()[waiting];
  waiting = -1;
  way?.click();
});

document.addEventListener(
  "click",
  (event) => {
    if (!keeping) return;
    const way = event.target.closest?.("[data-waits] a, [data-waits] button");
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    waiting = ways().indexOf(way);
  },
  true,
);
