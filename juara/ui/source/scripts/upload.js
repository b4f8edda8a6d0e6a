// <form data-upload> shows how far the sending of its files has come.
import htmx from "htmx.org";
import { say } from "./toasts.js";

function progressOf(form) {
  const notice = document.getElementById("upload-notice").content.firstElementChild.cloneNode(true);
  form.append(notice);
  const words = notice.querySelector(".upload-words");
  const percent = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "percent" });
  return {
    show(share) {
      notice.querySelector(".progress").style.setProperty("--share", share);
      const said = share < 1 ? words.dataset.sending : words.dataset.sent;
      words.textContent = said.replace("{percent}", percent.format(share));
    },
    end: () => notice.remove(),
  };
}

/** Show what the server answered as if the browser had gone there by itself. */
function arrive(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const isSame = request.responseURL === location.href;
  history[isSame ? "replaceState" : "pushState"](null, "", request.responseURL);
  document.title = page.title;
  for (const style of page.querySelectorAll("link[rel=stylesheet]")) {
    if (!document.querySelector(`link[href="${style.getAttribute("href")}"]`)) document.head.append(document.adoptNode(style));
  }
  document.body.replaceWith(document.adoptNode(page.body));
  htmx.process(document.body);
  scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("juara:arrived"));
  document.querySelector("[data-form-errors]")?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]") || event.defaultPrevented) return;
  if (![...form.querySelectorAll("input[type=file]")].some((input) => input.files.length)) return;
  event.preventDefault();
  const progress = progressOf(form);
  const button = event.submitter;
  const request = new XMLHttpRequest();
  const failed = () => {
    progress.end();
    if (button) button.disabled = false;
    say(document.getElementById("toasts").dataset.unsentWord, "error");
  };
  request.upload.onprogress = ({ loaded, total }) => progress.show(total ? loaded / total : 0);
  request.onload = () => arrive(request);
  request.onerror = request.ontimeout = request.onabort = failed;
  request.open("POST", form.action);
  progress.show(0);
  request.send(new FormData(form, button));
  if (button) button.disabled = true;
});
