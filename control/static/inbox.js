// Keys in the inbox: j and k move, Enter opens, r replies, e ticks, / searches, ? helps.
// All of it can be done without; who does not want the keys switches them off, on this device.
const OFF = "trustwright-keys-off";
const dialog = document.getElementById("keys");
const lines = [...document.querySelectorAll("[data-line]")];
const button = document.querySelector("[data-keys]");
const choice = document.querySelector("[data-keys-on]");

function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function keep(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function move(step) {
  const at = lines.indexOf(document.activeElement);
  const open = lines.findIndex((line) => line.hasAttribute("aria-current"));
  const next = (at < 0 ? (open < 0 && step > 0 ? -1 : open) : at) + step;
  lines[Math.max(0, Math.min(lines.length - 1, next))]?.focus();
}

function tick() {
  const box = document.activeElement?.closest(".line")?.querySelector("[name=review]");
  if (box) box.checked = !box.checked;
}

const deeds = {
  j: () => move(1),
  k: () => move(-1),
  e: tick,
  r: () => document.getElementById("f-text")?.focus(),
  "/": () => document.getElementById("f-q")?.focus(),
  "?": () => dialog.showModal(),
};

function isTyping(element) {
  return element.closest("input:not([type=checkbox]), textarea, select, dialog[open]") !== null;
}

if (dialog && button && choice) {
  choice.checked = !isOff();
  choice.addEventListener("change", () => keep(!choice.checked));
  button.hidden = false;
  button.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !choice.checked) return;
    if (!(event.target instanceof Element) || isTyping(event.target)) return;
    const deed = deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
