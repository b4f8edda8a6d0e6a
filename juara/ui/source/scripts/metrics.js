// The editor of a metric. The server draws the form anew after each change; the preview beside it
// is then asked for by itself, so that the form never waits for it.
import htmx from "htmx.org";

const form = () => document.getElementById("metric-form");

/** A control somebody has touched keeps its own idea; what the server says must show all the same. */
function settle(control) {
  if (control === document.activeElement && control.matches("input:not([type=checkbox], [type=radio]), textarea")) return;
  if (control.matches("select")) {
    for (const option of control.options) option.selected = option.defaultSelected;
    if (control.selectedIndex < 0) control.selectedIndex = 0;
  } else if (control.matches("[type=checkbox], [type=radio]")) {
    control.checked = control.defaultChecked;
  } else if (control.matches("input:not([type=hidden]), textarea")) {
    control.value = control.defaultValue;
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (!form() || !(ctx.sourceElement === form() || ctx.sourceElement?.form === form() || ctx.target?.id === "metric-form")) return;
  if (ctx.target?.id === "metric-preview") return;
  for (const control of form().querySelectorAll("input, select, textarea")) settle(control);
  const made = form().querySelector("[data-focus]");
  if (made) {
    made.removeAttribute("data-focus");
    made.focus();
  }
  htmx.trigger(document.getElementById("metric-preview"), "metric:changed");
});

// A day only matters where a day is asked for: choosing one chooses that, too.
document.addEventListener("change", (event) => {
  const review = event.target.closest("#review");
  if (!review || event.target.name !== "effective_day") return;
  review.querySelector("[name=effective][value=day]").checked = true;
});
