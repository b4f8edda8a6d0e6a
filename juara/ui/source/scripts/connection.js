// One stream of "topic, version" from the server, that survives restarts, sleep and lost networks.
// It knows no page: the pages (live.js) and the televisions (tv.js) both stand on it.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15000;
const POLL_EVERY = 30000;
const FAILURES_BEFORE_POLLING = 3;
// The server ends a stream after ten minutes with `bye`; one that says nothing for longer is dead.
const LONGEST_SILENCE = 11 * 60000;
const LONGEST_PAUSE_BETWEEN_BEATS = 75000;

/**
 * Follow a stream.
 *
 * `onVersion(topic, version)` for every message; `onPoll()` when it is time to look for oneself;
 * `onState(state)` when it changes: "on" (the stream is up), "polled" (it is not, but looking for
 * oneself works) or "off". The caller tells how looking went with `reached()` and `missed()`.
 */
export function follow(url, { onVersion, onPoll, onState }) {
  let source = null;
  let failures = 0;
  let retryTimer = 0;
  let pollTimer = 0;
  let silenceTimer = 0;
  let hasBeats = false;
  let state = "";
  let reachedAt = 0;

  function change(next) {
    if (next === state) return;
    state = next;
    onState(next);
  }

  function alive() {
    clearTimeout(silenceTimer);
    silenceTimer = setTimeout(lost, hasBeats ? LONGEST_PAUSE_BETWEEN_BEATS : LONGEST_SILENCE);
  }

  function close() {
    clearTimeout(silenceTimer);
    clearTimeout(retryTimer);
    if (source) source.close();
    source = null;
  }

  function startPolling() {
    if (pollTimer) return;
    pollTimer = setInterval(onPoll, POLL_EVERY * (0.9 + Math.random() * 0.2));
    onPoll();
  }

  function stopPolling() {
    clearInterval(pollTimer);
    pollTimer = 0;
  }

  function lost() {
    close();
    failures += 1;
    const isPolled = state === "polled" && Date.now() - reachedAt < POLL_EVERY * 2;
    change(isPolled ? "polled" : "off");
    if (failures >= FAILURES_BEFORE_POLLING) startPolling();
    // Half of the wait is chance: after a restart a thousand pages must not return in one moment.
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
    retryTimer = setTimeout(open, wait * (0.5 + Math.random() * 0.5));
  }

  function open() {
    close();
    if (typeof EventSource === "undefined") {
      startPolling();
      return;
    }
    source = new EventSource(url);
    source.onopen = () => {
      failures = 0;
      stopPolling();
      change("on");
      alive();
    };
    source.onerror = lost;
    source.addEventListener("topic", (event) => {
      alive();
      const { topic, version } = JSON.parse(event.data);
      onVersion(topic, Number(version));
    });
    source.addEventListener("beat", () => {
      hasBeats = true;
      alive();
    });
    // A planned end is no failure: come back at once, without a word to anybody.
    source.addEventListener("bye", open);
  }

  open();
  return {
    /** Try again now: the network is back, or somebody looks at the page. */
    retry() {
      if (!source || source.readyState === 2) open();
    },
    /** Hold the connection no longer, until `retry`. */
    pause: close,
    reached() {
      reachedAt = Date.now();
      if (state !== "on") change("polled");
    },
    missed() {
      if (state !== "on") change("off");
    },
  };
}
