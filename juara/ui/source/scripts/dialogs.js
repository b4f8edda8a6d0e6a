// <button data-opens="id"> opens a dialog; the browser keeps the focus inside and gives it back.
// Closing by a click beside it or by [data-close] is drawer.js's part, for every dialog alike.
export function open(dialog) {
  if (!dialog?.showModal || dialog.open) return;
  dialog.showModal();
  // What is to be filled in comes before the cross that closes it.
  const first = dialog.querySelector("[autofocus], [aria-invalid=true], .dialog-body :is(input:not([type=hidden]), select, textarea)");
  first?.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (!opener) return;
  const dialog = document.getElementById(opener.dataset.opens);
  if (!dialog) return;
  // A link leads somewhere without script; with it, the dialog is nearer.
  event.preventDefault();
  open(dialog);
});

function openWaiting() {
  for (const dialog of document.querySelectorAll("dialog[data-open-now]")) {
    dialog.removeAttribute("data-open-now");
    open(dialog);
  }
}

document.addEventListener("htmx:after:swap", openWaiting);
openWaiting();
