// The line of a histogram: moved by its slider, or by the field it belongs to. Every sentence was
// written by the server, one for each place the line can stand at.
const stopsOf = (figure) => JSON.parse(figure.dataset.histogram);
const fieldOf = (figure) => document.getElementById(figure.dataset.field);

function show(figure, [, at, sentence]) {
  figure.style.setProperty("--at", at);
  figure.querySelector("input").setAttribute("aria-valuetext", sentence);
  figure.querySelector("figcaption").textContent = sentence;
}

document.addEventListener("input", (event) => {
  const figure = event.target.closest?.("[data-histogram]");
  if (figure) {
    const stop = stopsOf(figure)[event.target.value];
    show(figure, stop);
    const field = fieldOf(figure);
    if (!field) return;
    field.value = stop[0];
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return;
  }
  // What is typed moves the line to the place nearest to it.
  for (const each of document.querySelectorAll("[data-histogram][data-field]")) {
    if (each.dataset.field !== event.target.id || event.target.value === "") continue;
    const far = stopsOf(each).map(([value]) => Math.abs(value - event.target.value));
    if (far.some(Number.isNaN)) continue;
    const nearest = far.indexOf(Math.min(...far));
    each.querySelector("input").value = nearest;
    show(each, stopsOf(each)[nearest]);
  }
});
