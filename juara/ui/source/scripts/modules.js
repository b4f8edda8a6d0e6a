// What only some pages hold brings its script with it: <… data-module="address">. It is asked for once
// the page is whole, and by a page without one not at all.
const asked = new Set();

function look() {
  for (const { dataset } of document.querySelectorAll("[data-module]")) {
    const address = dataset.module;
    if (asked.has(address)) continue;
    asked.add(address);
    import(address).catch(() => {
      // Tried again with the next part that arrives. What it would have drawn stands beside it in words.
      asked.delete(address);
    });
  }
}

addEventListener("load", look);
document.addEventListener("htmx:after:swap", look);
