// A place to drop files on: shows what was chosen, how big it is, and takes it back.
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

function sizeOf(bytes) {
  const step = bytes ? Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  const style = { style: "unit", unit: UNITS[step], unitDisplay: "short", maximumFractionDigits: step > 1 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", style).format(bytes / 1000 ** step);
}

function part(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function show(drop) {
  const input = drop.querySelector("input[type=file]");
  const list = drop.parentElement.querySelector("[data-file-list]");
  const most = Number(drop.dataset.most || Infinity);
  list.replaceChildren(
    ...[...input.files].map((file, index) => {
      const line = part("li", "file-chosen", "");
      const isTooBig = file.size > most;
      line.toggleAttribute("data-too-big", isTooBig);
      const said = isTooBig ? `${sizeOf(file.size)}, ${drop.dataset.tooBig}` : sizeOf(file.size);
      const remove = part("button", "file-remove", "×");
      remove.type = "button";
      remove.dataset.removeFile = index;
      remove.setAttribute("aria-label", `${drop.dataset.removeWord}: ${file.name}`);
      line.append(part("span", "file-name", file.name), part("span", "file-size", said), remove);
      return line;
    }),
  );
  list.hidden = !input.files.length;
}

function choose(input, files) {
  const chosen = new DataTransfer();
  for (const file of input.multiple ? files : files.slice(0, 1)) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  const drop = event.target.closest?.("[data-file-drop]");
  if (drop) show(drop);
});

document.addEventListener("click", (event) => {
  const remove = event.target.closest("[data-remove-file]");
  if (!remove) return;
  const input = remove.closest(".field").querySelector("input[type=file]");
  choose(input, [...input.files].filter((_, index) => index !== Number(remove.dataset.removeFile)));
  input.focus();
});

for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    const drop = event.target.closest?.("[data-file-drop]");
    if (!drop || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    drop.toggleAttribute("data-over", true);
  });
}

document.addEventListener("dragleave", (event) => {
  const drop = event.target.closest?.("[data-file-drop]");
  if (drop && !drop.contains(event.relatedTarget)) drop.removeAttribute("data-over");
});

document.addEventListener("drop", (event) => {
  const drop = event.target.closest?.("[data-file-drop]");
  if (!drop) return;
  event.preventDefault();
  drop.removeAttribute("data-over");
  choose(drop.querySelector("input[type=file]"), [...event.dataTransfer.files]);
});
