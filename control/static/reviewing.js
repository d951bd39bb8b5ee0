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
