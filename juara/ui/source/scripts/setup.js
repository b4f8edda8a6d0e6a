// The first page of an installation: the zone the browser lives by, and an address made of the
// organization's name for as long as nobody writes one.
const SLUG_LENGTH = 40;

const slugOf = (name) =>
  name
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");

const begin = document.querySelector("[data-begin]");
const zone = begin?.querySelector("[data-zone-guess]");
// UTC is what the server fills in when it knows nothing.
if (zone?.value === "UTC") zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-begin]");
  if (!form) return;
  const slug = form.querySelector("[data-slug]");
  if (event.target === slug) slug.dataset.touched = "";
  if (event.target.name === "organization" && !("touched" in slug.dataset)) slug.value = slugOf(event.target.value);
});

// A list offers only what begins with what stands there: on entering, what stands there is chosen
// whole, so that typing replaces it.
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-zone-guess]")) event.target.select();
});
