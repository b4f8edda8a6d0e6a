// A form is sent once: the second click of a double click would make the same thing twice.
const FORGET_AFTER = 8000;
let sent = null;

// On the window, after everybody who may have asked first or sent it another way.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.target) return;
  if (sent === form) {
    event.preventDefault();
    return;
  }
  sent = form;
  // The answer may be a file, and the page stays: then it can be sent again.
  setTimeout(() => (sent = null), FORGET_AFTER);
});

addEventListener("pageshow", () => (sent = null));
