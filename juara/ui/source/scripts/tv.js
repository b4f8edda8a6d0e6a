// The television: one board, a clock, and honesty about the connection. Lowered to Chromium 79;
// nothing here needs more than fetch, EventSource and element.animate.
import { follow } from "./connection.js";
import { play, remember } from "./motion.js";

const KEEP = "juara-tv";
const SAY_OFFLINE_AFTER = 8000;
const STALE_LABEL_AFTER = 60000;

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;
const place = document.querySelector("[data-tv]");
const partUrl = meta("juara-part");
const board = () => place.querySelector("[data-live-topic]");
const shownVersion = () => Number(board().dataset.liveVersion);

// --- The clock: the office's zone and the server's time, for televisions know neither ---

const { lang: language, dataset } = document.documentElement;
const startedAt = Date.now();
let loadedAt = startedAt;
const skew = () => Date.parse(board().dataset.now) - loadedAt;
let ahead = skew();
const officeNow = () => new Date(Date.now() + ahead);

function timeOf(when) {
  const short = { hour: "numeric", minute: "2-digit" };
  try {
    return when.toLocaleTimeString(language, Object.assign({ timeZone: dataset.zone }, short));
  } catch (error) {
    // A zone renamed after the television was built; its own is the next best.
    return when.toLocaleTimeString(language, short);
  }
}

function tick() {
  const now = officeNow();
  document.querySelector("[data-clock]").textContent = timeOf(now);
  // Once a night a fresh start: new styles and scripts arrive, and nothing piles up over months.
  if (new Date().getHours() === 4 && Date.now() - startedAt > 7200000 && isOn) location.reload();
  setTimeout(tick, 60000 - (now % 60000) + 20);
}

// --- The last board, kept for a start without the server ---

function keep(html) {
  try {
    localStorage.setItem(KEEP, JSON.stringify({ url: partUrl, at: board().dataset.now, html }));
  } catch (error) {
    // A television that keeps nothing shows what it has until it is switched off.
  }
}

function kept() {
  try {
    const saved = JSON.parse(localStorage.getItem(KEEP));
    return saved && saved.url === partUrl ? saved : null;
  } catch (error) {
    return null;
  }
}

// --- Showing ---

function showState() {
  const footer = place.querySelector("[data-tv-footer]");
  document.querySelector("[data-tv-state]").innerHTML = footer ? footer.innerHTML : "";
}

function show(html) {
  const before = remember(place);
  place.innerHTML = html;
  showState();
  play(place, before, { duration: 900 });
}

// --- Fetching: one request at a time, again when newer was announced meanwhile ---

let wanted = -1;
let isFetching = false;
let tries = 0;

function refresh(force) {
  if (isFetching || (!force && wanted <= shownVersion())) return;
  isFetching = true;
  const had = shownVersion();
  fetch(partUrl, { credentials: "same-origin", cache: "no-store" })
    .then((response) => {
      // Revoked or gone: start over, and the server says what there is to say.
      if (response.status === 404 || response.status === 410) location.reload();
      if (!response.ok) throw new Error(String(response.status));
      return response.text();
    })
    .then((html) => {
      show(html);
      loadedAt = Date.now();
      ahead = skew();
      keep(html);
      connection.reached();
    })
    .catch(() => connection.missed())
    .then(() => {
      isFetching = false;
      if (wanted <= shownVersion()) tries = 0;
      else if (shownVersion() > had) refresh();
      else setTimeout(refresh, Math.min(30000, 500 * 2 ** tries++));
    });
}

// --- The connection ---

const offline = document.querySelector("[data-tv-offline]");
let isOn = false;
let offlineTimer = 0;

function state(now) {
  isOn = now === "on";
  dataset.live = now;
  clearTimeout(offlineTimer);
  // Numbers that come by looking for oneself are not old, whatever becomes of the stream.
  if (now !== "off") {
    offline.hidden = true;
    return;
  }
  const since = officeNow();
  offlineTimer = setTimeout(() => {
    offline.textContent = offline.dataset.text.replace("{time}", timeOf(since));
    offline.hidden = false;
  }, SAY_OFFLINE_AFTER);
}

function keepAwake() {
  if (!navigator.wakeLock || document.hidden) return;
  navigator.wakeLock.request("screen").catch(() => {});
}

const saved = kept();
// The page itself may have come from the browser's cache, older than what was kept.
if (saved && Date.parse(saved.at) > Date.parse(board().dataset.now)) place.innerHTML = saved.html;
showState();
tick();
keepAwake();
document.addEventListener("visibilitychange", keepAwake);

const connection = follow(meta("juara-live"), {
  onVersion(topic, version) {
    // Something else arrived: the numbers stand, but "as of" must not look older than it is.
    if (topic === "freshness" && Date.now() - loadedAt > STALE_LABEL_AFTER) refresh(true);
    if (topic !== board().dataset.liveTopic) return;
    // Versions only go back when the server was restored from a backup.
    const wentBack = version < wanted;
    wanted = version;
    tries = 0;
    refresh(wentBack);
  },
  onPoll: () => refresh(true),
  onState: state,
});
addEventListener("online", () => connection.retry());
