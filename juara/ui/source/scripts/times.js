// Keeps "3 minutes ago" true while a page stays open: <time datetime data-relative>.
const UNITS = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

function text(seconds) {
  const language = document.documentElement.lang || "en";
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return null;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const shown = text((Date.parse(time.dateTime) - Date.now()) / 1000);
    // Under a minute the server's words stand.
    if (shown && time.textContent !== shown) time.textContent = shown;
  }
}

setInterval(tick, 30000);
