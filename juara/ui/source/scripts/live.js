// Parts that change by themselves: <section data-live-topic data-live-version hx-trigger="juara:refresh">.
// The stream says only that a topic moved on; the part is then fetched like any request. A part that
// shows several numbers names several topics, separated by spaces, and as many versions.
import htmx from "htmx.org";
import { follow } from "./connection.js";

const url = document.querySelector('meta[name="juara-live"]')?.content;
// A tab nobody sees gives its connection back: browsers allow six a server.
const HIDDEN_FOR = 60000;
const SAY_OFFLINE_AFTER = 4000;
const STALE_LABEL_AFTER = 60000;

const newest = new Map();
const busy = new WeakMap();
let isPointerDown = false;
let connection = null;

const parts = () => document.querySelectorAll("[data-live-topic]");
const topicsOf = (part) => part.dataset.liveTopic.split(" ");
const isBehind = (part) => {
  // What a refresh brought may follow no topic any more: an import that is over, say.
  if (!part.dataset.liveTopic) return false;
  const versions = part.dataset.liveVersion.split(" ");
  return topicsOf(part).some((topic, at) => (newest.get(topic) ?? -1) > Number(versions[at]));
};

/** Refresh a part unless it is being refreshed; it is looked at again when that is done. */
function pump(part, force = false) {
  if (busy.has(part) || !part.isConnected) return;
  if (!force && !isBehind(part)) return;
  // Between press and release nothing may move, or the click lands on somebody else.
  if (isPointerDown) return;
  busy.set(part, part.dataset.liveVersion);
  htmx.trigger(part, "juara:refresh");
}

let tries = 0;
let shownAt = Date.now();

/** Something else arrived: the numbers stand, but "as of" must not look older than it is. */
function freshen() {
  if (Date.now() - shownAt < STALE_LABEL_AFTER) return;
  shownAt = Date.now();
  parts().forEach((part) => pump(part, true));
}

document.addEventListener("htmx:finally:request", (event) => {
  const part = event.detail.ctx.sourceElement;
  if (!busy.has(part)) return;
  const moved = part.dataset.liveVersion !== busy.get(part);
  busy.delete(part);
  const status = event.detail.ctx.response?.status ?? 0;
  if (status >= 200 && status < 400) connection?.reached();
  else connection?.missed();
  if (!isBehind(part)) {
    tries = 0;
    return;
  }
  // Newer came meanwhile: again at once. The same came back: with growing patience.
  tries = moved ? 0 : tries + 1;
  setTimeout(pump, moved ? 0 : Math.min(30000, 250 * 2 ** tries), part);
});

// A refusal must not replace numbers that were right a moment ago.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (busy.has(ctx.sourceElement) && ctx.response?.status >= 400) event.preventDefault();
});

addEventListener("pointerdown", () => (isPointerDown = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(
    end,
    () => {
      isPointerDown = false;
      // After the click that follows.
      setTimeout(() => parts().forEach((part) => pump(part)), 50);
    },
    true,
  );
}

let bannerTimer = 0;

function show(state) {
  document.documentElement.dataset.live = state;
  clearTimeout(bannerTimer);
  const banner = document.querySelector("[data-live-banner]");
  if (!banner) return;
  if (state !== "off") {
    banner.hidden = true;
    return;
  }
  const offlineSince = new Date();
  bannerTimer = setTimeout(() => {
    const { lang, dataset } = document.documentElement;
    const time = offlineSince.toLocaleTimeString(lang, { timeStyle: "short", timeZone: dataset.zone });
    banner.querySelector(".offline-text").textContent = banner.dataset.text.replace("{time}", time);
    banner.hidden = false;
  }, SAY_OFFLINE_AFTER);
}

/** Connect once there is something to keep fresh; a page of plain text holds no connection. */
function start() {
  if (connection || !url || !parts().length) return;
  connection = follow(url, {
    onVersion(topic, version) {
      if (topic === "freshness") freshen();
      // Versions only go back when the server was restored from a backup: then everything is news.
      const wentBack = version < (newest.get(topic) ?? -1);
      newest.set(topic, version);
      for (const part of parts()) if (topicsOf(part).includes(topic)) pump(part, wentBack);
    },
    onPoll: () => parts().forEach((part) => pump(part, true)),
    onState: show,
  });
}

// Another choice of filter may bring a part that is already behind what the stream said.
for (const kind of ["htmx:after:swap", "juara:arrived"]) {
  document.addEventListener(kind, () => {
    start();
    parts().forEach((part) => pump(part));
  });
}

addEventListener("online", () => connection?.retry());
addEventListener("pagehide", () => connection?.pause());
addEventListener("pageshow", (event) => event.persisted && connection?.retry());

let hiddenTimer = 0;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) hiddenTimer = setTimeout(() => connection?.pause(), HIDDEN_FOR);
  else connection?.retry();
});

start();
