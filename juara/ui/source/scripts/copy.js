// <button data-copy="#field" data-copied="Copied"> puts a field's value on the clipboard.
import { say } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.querySelector(button.dataset.copy);
  const text = field.value ?? field.textContent.trim();
  try {
    await navigator.clipboard.writeText(text);
    say(button.dataset.copied, "success");
  } catch {
    // Without permission (or https) it is selected, ready for the keyboard.
    field.focus();
    field.select?.();
  }
});
