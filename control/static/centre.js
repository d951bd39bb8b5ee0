// What every page of the control centre does a little better with a script; none needs one.

const { person, worker, unsent } = document.body.dataset;

// Menus close when somebody turns elsewhere.
const pickers = () => document.querySelectorAll("details.picker[open]");
document.addEventListener("click", (event) => {
  for (const picker of pickers()) if (!picker.contains(event.target)) picker.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const picker of pickers()) {
    picker.open = false;
    picker.querySelector("summary").focus();
  }
});

// A form that is on its way is not sent again.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.getElementById("refusal")?.focus();

// Passkeys: the browser answers what our server asks; the answer goes into the form.
async function answered(form) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.dataset.options, { method: "POST", body });
  // Where the page has to ask first who somebody is, the form without an answer leads there.
  if (answer.status === 403) return "";
  const options = await answer.json();
  const wanted = form.dataset.passkey;
  const read = wanted === "create" ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  const credential = await navigator.credentials[wanted]({
    publicKey: PublicKeyCredential[read](options),
  });
  return JSON.stringify(credential.toJSON());
}
if (globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const told = form.querySelector("[role=alert]");
      told.textContent = "";
      try {
        form.elements.answer.value = await answered(form);
        form.submit();
      } catch {
        told.textContent = form.dataset.failed;
      }
    });
  }
}

// Forms with data-queue may be sent later, when there is a connection again.
const QUEUE = "trustwright.queue.";
const key = () => QUEUE + (person ?? Object.keys(localStorage).find(isQueue)?.slice(QUEUE.length));
const isQueue = (name) => name.startsWith(QUEUE);
const waiting = () => JSON.parse(localStorage.getItem(key()) ?? "[]");
const store = (entries) => {
  if (entries.length) localStorage.setItem(key(), JSON.stringify(entries));
  else localStorage.removeItem(key());
  show(entries);
};

function show(entries) {
  const region = document.getElementById("queue");
  if (!region) return;
  const { waiting: waits, refused, discard } = region.dataset;
  region.hidden = entries.length === 0;
  region.querySelector("ul").replaceChildren(
    ...entries.map((entry) => {
      const line = document.createElement("li");
      const link = document.createElement("a");
      link.href = entry.page;
      link.textContent = entry.text.slice(0, 120);
      line.append(link, ` – ${entry.refused ? refused : waits} `);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "secondary";
      button.textContent = discard;
      button.addEventListener("click", () => store(waiting().filter(({ id }) => id !== entry.id)));
      line.append(button);
      return line;
    }),
  );
}

async function isConnected() {
  try {
    const stop = AbortSignal.timeout(5000);
    return (await fetch("/control/offline", { method: "HEAD", cache: "no-store", signal: stop })).ok;
  } catch {
    return false;
  }
}

function queue(form) {
  const values = [...new FormData(form)].filter(([name]) => name !== "csrf");
  const text = values.map(([, value]) => String(value)).sort((a, b) => b.length - a.length)[0] ?? "";
  const { pathname, search } = location;
  const entry = { id: crypto.randomUUID(), action: form.action, page: pathname + search, values, text };
  store([...waiting(), entry]);
  delete form.dataset.sent;
  form.reset();
  document.getElementById("queue")?.scrollIntoView({ block: "center" });
}

for (const form of document.querySelectorAll("form[data-queue]")) {
  form.addEventListener("submit", async (event) => {
    // A button with data-now only shows something: nobody wants to see that later.
    if (event.submitter?.hasAttribute("data-now")) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    // A form that is submitted by a script is not stopped again.
    if (await isConnected()) form.submit();
    else queue(form);
  });
}

// What one window takes out of localStorage another may see a moment later, even under the lock.
// A cache is the same for all windows at once, so what was sent is noted there.
const noted = (id) => `/control/sent/${id}`;
const wasSent = async (id) =>
  "caches" in globalThis && Boolean(await caches.match(noted(id), { cacheName: "sent" }));
async function noteSent(id) {
  if (!("caches" in globalThis)) return;
  const sent = await caches.open("sent");
  await sent.put(noted(id), new Response());
  for (const old of (await sent.keys()).slice(0, -50)) await sent.delete(old);
}

async function sendWaiting() {
  const csrf = document.querySelector("input[name=csrf]")?.value;
  if (!person || !csrf || waiting().every((entry) => entry.refused)) return;
  for (const entry of waiting().filter(({ refused }) => !refused)) {
    const rest = () => waiting().filter(({ id }) => id !== entry.id);
    if (await wasSent(entry.id)) {
      store(rest());
      continue;
    }
    const body = new URLSearchParams([...entry.values, ["csrf", csrf]]);
    let response;
    try {
      response = await fetch(entry.action, { method: "POST", body });
    } catch {
      return;
    }
    // Nobody is signed in, or the page is an old copy: a later page sends it.
    if (response.status === 401 || response.status === 403 || response.status >= 500) return;
    if (response.ok) await noteSent(entry.id);
    store(response.ok ? rest() : [...rest(), { ...entry, refused: true }]);
  }
}

// Several windows notice at once that the connection is back; one of them sends.
const sendOnce = () =>
  navigator.locks ? navigator.locks.request("trustwright.queue", sendWaiting) : sendWaiting();
if (document.getElementById("queue")) {
  show(waiting());
  addEventListener("online", sendOnce);
  // What another window has sent, or still keeps, is shown here as well.
  addEventListener("storage", ({ key: changed }) => changed === key() && show(waiting()));
  sendOnce();
}
document.querySelector("form[action='/logout']")?.addEventListener("submit", (event) => {
  if (!unsent || waiting().length === 0 || confirm(unsent)) return;
  event.preventDefault();
});

// The service worker: a page for want of a connection, and pages kept for reading.
async function work() {
  const policy = globalThis.trustedTypes?.createPolicy("centre", {
    createScriptURL: (url) => {
      if (!url.startsWith("/control/worker.js?")) throw new TypeError(url);
      return url;
    },
  });
  await navigator.serviceWorker.register(policy ? policy.createScriptURL(worker) : worker, {
    scope: "/control",
  });
  const { active } = await navigator.serviceWorker.ready;
  const keep = document.querySelector("meta[name=trustwright-keep]")?.content;
  if (keep) active.postMessage({ keep });
}
if (worker && "serviceWorker" in navigator) work().catch(() => {});

// Pages that can be read without a connection, listed where there is none.
async function list(region) {
  const kept = await (await caches.open("kept")).keys();
  region.hidden = kept.length === 0;
  for (const { url } of kept) {
    const response = await caches.match(url);
    const title = /<h1>([^<]*)<\/h1>/.exec(await response.text())?.[1] ?? url;
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.href = new URL(url).pathname;
    link.textContent = title;
    line.append(link);
    region.querySelector("ul").append(line);
  }
}
const kept = document.getElementById("kept");
if (kept && "caches" in globalThis) list(kept);
// At the login nobody knows who comes next: what was kept to be read goes.
if (location.pathname === "/login" && "caches" in globalThis) caches.delete("kept");
