// The page on paper: the browser's own printing, behind a button.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
});

// A page may have stood open for hours, its numbers ever newer.
addEventListener("beforeprint", () => {
  const { lang, dataset } = document.documentElement;
  const written = document.querySelector("[data-printed]");
  if (written) written.textContent = new Date().toLocaleString(lang, { dateStyle: "medium", timeStyle: "short", timeZone: dataset.zone });
});
