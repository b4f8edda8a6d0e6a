// Light, dark or the system's; theme.js applies the choice before the first paint.
const KEY = "juara-theme";
const root = document.documentElement;

function current() {
  return root.dataset.theme || "system";
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === current()));
  }
}

function choose(theme) {
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // It holds for this page, then.
  }
  show();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (button) choose(button.dataset.themeChoice);
});

// Another tab of ours chose.
addEventListener("storage", (event) => {
  if (event.key === KEY) choose(event.newValue || "system");
});

document.addEventListener("juara:arrived", show);
show();
