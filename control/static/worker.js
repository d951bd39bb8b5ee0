// The service worker of the control centre: a page for want of a connection, and kept pages.
//
// Pages come from the network, always. Only where that fails, a page that was kept for reading is
// shown, or one that lists what there is. Nothing else is answered from here.

const parameters = new URL(location.href).searchParams;
const SHELL = `shell-${parameters.get("v")}`;
const KEPT = "kept";
const OFFLINE = `/control/offline?lang=${encodeURIComponent(parameters.get("lang") ?? "en")}`;
const FILES = /(?:href|src)="(\/static\/[^"]+)"/g;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.waitUntil(keep(event.data?.keep)));
addEventListener("push", (event) => event.waitUntil(tell(event.data)));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function install() {
  const shell = await caches.open(SHELL);
  const response = await fetch(OFFLINE);
  const text = await response.clone().text();
  await shell.put(OFFLINE, response);
  await shell.addAll([...new Set([...text.matchAll(FILES)].map((found) => found[1]))]);
  await skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
  }
  await clients.claim();
}

async function page(request) {
  try {
    return await fetch(request);
  } catch {
    const kept = await caches.open(KEPT);
    const path = new URL(request.url).pathname;
    return (await kept.match(path)) ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// A page that asks to be readable later; one that leads to the login is nobody's to keep.
async function keep(path) {
  if (typeof path !== "string" || !path.startsWith("/control/")) return;
  const response = await fetch(path);
  if (!response.ok || response.redirected) return;
  const text = await response.clone().text();
  await (await caches.open(KEPT)).put(path, response);
  const shell = await caches.open(SHELL);
  for (const [, found] of text.matchAll(FILES)) {
    if (!(await shell.match(found))) await shell.add(found);
  }
}

// Browsers show something for each message; one of a shop takes the place of the one before.
async function tell(data) {
  const { title, text, lang, url } = data.json();
  await registration.showNotification(title, { body: text, lang, data: url, tag: url });
}

async function open(path) {
  if (typeof path === "string" && path.startsWith("/control")) await clients.openWindow(path);
}
