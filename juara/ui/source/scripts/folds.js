// What somebody has folded or unfolded, <details data-fold id>, stays so however often the part around
// it is drawn anew.
const chosen = new Map();

document.addEventListener("click", (event) => {
  const fold = event.target.closest?.("summary")?.parentElement;
  // It is open until the click has done its work.
  if (fold?.matches("details[data-fold][id]")) chosen.set(fold.id, !fold.open);
});

document.addEventListener("htmx:after:swap", () => {
  for (const [id, isOpen] of chosen) {
    const fold = document.getElementById(id);
    if (fold) fold.open = isOpen;
  }
});
