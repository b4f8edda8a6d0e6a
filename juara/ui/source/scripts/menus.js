// A <details data-menu> opens without script; with it, it also closes like a menu does.
function closeAll(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeAll(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusin", (event) => {
  const menu = document.querySelector("details[data-menu][open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// In a table that scrolls, a panel would be cut off: there it stands on the window instead.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!menu.matches?.("details.row-menu") || !menu.open) return;
    const panel = menu.querySelector(".menu-panel");
    const button = menu.querySelector("summary").getBoundingClientRect();
    const { style } = panel;
    style.position = "fixed";
    style.insetInlineEnd = "auto";
    const { offsetWidth, offsetHeight } = panel;
    style.left = `${Math.max(8, Math.min(button.right - offsetWidth, innerWidth - offsetWidth - 8))}px`;
    const below = button.bottom + 4;
    style.top = `${below + offsetHeight > innerHeight ? Math.max(8, button.top - offsetHeight - 4) : below}px`;
  },
  // A toggle does not bubble.
  true,
);

addEventListener("scroll", (event) => event.target.querySelector?.("details.row-menu[open]") && closeAll(), true);
