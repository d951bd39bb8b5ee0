// The form works without this; with it, what was typed survives, and links can be copied.
"use strict";

for (const form of document.querySelectorAll("form[data-draft]")) {
  let sent = false;
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("submit", () => {
    sent = true;
  });
  const keep = () => {
    if (!changed || sent) return;
    changed = false;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    navigator.sendBeacon(form.dataset.draft, fields);
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") keep();
  });
  addEventListener("pagehide", keep);
}

for (const input of document.querySelectorAll("[data-most]")) {
  input.addEventListener("change", () => {
    const isLarge = [...input.files].some((file) => file.size > input.dataset.most);
    input.setCustomValidity(isLarge ? input.dataset.large : "");
    input.reportValidity();
  });
}

const refusal = document.getElementById("refusal");
if (refusal) refusal.focus();

const address = (path) => new URL(path, location.href).href;

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const told = document.getElementById("copied");
    await navigator.clipboard.writeText(address(button.dataset.copy));
    told.textContent = told.dataset.said;
  });
}

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ url: address(button.dataset.share), title: document.title }).catch(() => {});
  });
}

// A send that finds no connection loses nothing either: the tab keeps what stands in the form,
// until a page without one says that it has arrived. This comes last: browsers that keep nothing
// refuse it, and the rest works all the same.
const TAB = "review:";
const shown = [...document.forms].filter((form) => form.querySelector("textarea, .stars"));
const offline = document.getElementById("offline");

for (const key of Object.keys(sessionStorage)) {
  if (!shown.length && key.startsWith(TAB)) sessionStorage.removeItem(key);
}

for (const form of shown) {
  const sku = form.elements.namedItem("sku");
  const key = TAB + new URL(form.action).pathname + (sku ? sku.value : "");
  // What a picture shows belongs to the picture, which goes by itself.
  const fields = () =>
    [...form.elements].filter(
      ({ name, type }) => name && name !== "alternative" && !/^(hidden|file|submit)$/.test(type),
    );
  const left = JSON.parse(sessionStorage.getItem(key) || "null");
  for (const field of left ? fields() : []) {
    const value = left.find(([name]) => name === field.name)?.[1];
    if (/^(radio|checkbox)$/.test(field.type)) field.checked = value === field.value;
    else if (value !== undefined) field.value = value;
  }
  form.addEventListener("input", () => {
    const typed = fields().filter(({ type, checked }) => checked || !/^(radio|checkbox)$/.test(type));
    sessionStorage.setItem(key, JSON.stringify(typed.map(({ name, value }) => [name, value])));
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    offline.hidden = false;
    offline.focus();
  });
}
addEventListener("online", () => {
  offline.hidden = true;
});
