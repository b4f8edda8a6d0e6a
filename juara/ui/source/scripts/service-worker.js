// Runs beside the pages. It keeps the style, the scripts and the fonts of one version, and one page
// of nobody that says there is no connection. What belongs to a person never passes through here.
// TOLD is put before this text by the server: version, offline, kept, fonts, assets.
/* global TOLD */
const STORE = `juara-${TOLD.version}`;

async function keep() {
  const store = await caches.open(STORE);
  // Past the browser's own cache: of an older version nothing may get in.
  await store.addAll([TOLD.offline, ...TOLD.kept].map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
}

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("juara-") && name !== STORE) await caches.delete(name);
  }
  await self.clients.claim();
}

/** Only what carries this version in its address, and the fonts, which never change. */
function isKept(url) {
  if (url.origin !== location.origin) return false;
  if (url.pathname.startsWith(TOLD.fonts)) return true;
  return url.pathname.startsWith(TOLD.assets) && url.searchParams.get("v") === TOLD.version;
}

async function asset(request) {
  const store = await caches.open(STORE);
  const kept = await store.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === "basic") await store.put(request, response.clone());
  return response;
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const store = await caches.open(STORE);
    return (await store.match(TOLD.offline)) ?? Promise.reject(error);
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (isKept(new URL(request.url))) event.respondWith(asset(request));
});
