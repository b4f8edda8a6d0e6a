// Choosing "custom days" first asks for the days; only whole choices are sent.
document.addEventListener(
  "change",
  (event) => {
    const period = event.target.closest("[data-period]");
    if (!period) return;
    const days = period.querySelector(".period-days");
    const isCustom = period.querySelector("[name=period]").value === "custom";
    days.toggleAttribute("data-idle", !isCustom);
    const [from, to] = days.querySelectorAll("input");
    if (!isCustom) {
      from.value = to.value = "";
      return;
    }
    if (event.target.name === "period") from.focus();
    to.min = from.value;
    if (!from.value || !to.value || from.value > to.value) event.stopPropagation();
  },
  // Before htmx hears of it on the form.
  true,
);

// Empty fields and the days of a preset would only clutter the address.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.matches("[data-filters]")) return;
  for (const [name, value] of [...ctx.request.body]) {
    if (!value) ctx.request.body.delete(name);
  }
});

// A control the viewer has touched ignores what the new page says is chosen; a step back or forth
// must show in it all the same.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement?.closest("[data-filters]")) document.querySelector("[data-filters]")?.reset();
});
