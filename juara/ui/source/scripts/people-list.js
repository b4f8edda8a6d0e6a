// Ticking everybody on a page, and saying how many are ticked.
const boxes = () => [...document.querySelectorAll('.tick input[name="members"]')];

function count() {
  const every = boxes();
  const ticked = every.filter((box) => box.checked).length;
  const words = document.querySelector("[data-ticked]");
  if (words && ticked) {
    words.textContent = ticked === 1 ? words.dataset.one : words.dataset.many.replace("{count}", ticked);
  }
  const all = document.querySelector("[data-tick-all]");
  if (!all) return;
  all.checked = ticked > 0 && ticked === every.length;
  all.indeterminate = ticked > 0 && ticked < every.length;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  }
  if (event.target.closest(".tick")) count();
});
