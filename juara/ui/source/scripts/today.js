// What somebody has unfolded stays so while the part around it is refreshed: <details id data-stays>.
const folds = () => document.querySelectorAll("details[data-stays]");
let unfolded = [];

document.addEventListener("htmx:before:swap", () => {
  unfolded = [...folds()].filter((fold) => fold.open).map((fold) => fold.id);
});

document.addEventListener("htmx:after:swap", () => {
  for (const fold of folds()) if (unfolded.includes(fold.id)) fold.open = true;
});
