/** The card of a badge: opens on hover, focus or click, and closes again (embed.md 3.1, 8.5). */

import { announce, html } from "../engine/dom";
import { read } from "../engine/engine";
import { guarded, tell } from "../engine/guard";
import type { Card, Scene } from "../engine/scenes";
import type { Words } from "../engine/words";
import { bars, known, latest, link, profileUrl } from "./content";
import { isNarrow, keepFocus, panelOf, show } from "./panels";
import type { GradeAnswer, Sticker } from "./payloads";

const ENTER_MS = 200;
const LEAVE_MS = 300;
// Giving the focus back is an event, too, which must not open the card again.
const RETURN_MS = 100;

export const closeButton = (name: string, close: () => void): HTMLElement => {
  const button = html("button", { class: "close", part: "close", "aria-label": name }, "×");
  button.onclick = close;
  return button;
};

/** A closed card; its data are asked for at once, so that they are there when it opens. */
export const newCard = (scene: Scene, words: Words): Card => {
  const { badge, button, engine, host, look } = scene;
  const { texts } = badge;
  let timer = 0;
  let closedAt = -Infinity;
  let isOpen = false;
  let keeps = false;

  const body = html("div", { class: "body" }, known(scene, words), bars(words, {}));
  const panel = panelOf(
    texts.title!,
    "card",
    html("h2", { part: "heading" }, texts.title),
    closeButton(texts.close!, () => close()),
    body,
    link(profileUrl(scene), texts.profile!, "button"),
  );
  const fill = async <T>(path: string, put: (answer: T) => void) =>
    put(await read<T>(engine, path));
  fill<GradeAnswer>("grade.json", (answer) => {
    body.querySelector(".bars")!.replaceWith(bars(words, answer));
  }).catch(tell);
  fill<Sticker>(`sticker.json?lang=${badge.language}&limit=3`, (answer) => {
    if (answer.reviews.length) body.append(latest(scene, words, answer));
  }).catch(tell);

  const hear = (event: KeyboardEvent) => {
    if (event.key == "Escape") close();
    if (event.key == "Tab" && keeps) keepFocus(panel, event);
  };
  const point = ({ target }: Event) => {
    if (!host.contains(target as Node)) close();
  };

  const stay = () => clearTimeout(timer);
  const open = (isKept: boolean): void => {
    stay();
    if (!isOpen) {
      if (!announce(host, "trust-open")) return;
      show(panel, scene);
      button.setAttribute("aria-expanded", "true");
      addEventListener("keydown", hear, true);
      addEventListener("pointerdown", point, true);
      isOpen = true;
    }
    keeps ||= isKept;
    if (isKept) panel.focus();
  };

  const close = (): void => {
    stay();
    if (!isOpen) return;
    const hadFocus = panel.matches(":focus-within");
    isOpen = keeps = false;
    closedAt = performance.now();
    panel.remove();
    removeEventListener("keydown", hear, true);
    removeEventListener("pointerdown", point, true);
    button.setAttribute("aria-expanded", "false");
    if (hadFocus) button.focus();
    announce(host, "trust-close");
  };

  const after = (milliseconds: number, work: () => void) => {
    stay();
    timer = window.setTimeout(guarded(work), milliseconds);
  };

  const leave = () => {
    if (!keeps) after(LEAVE_MS, close);
  };
  panel.addEventListener("pointerenter", stay);
  panel.addEventListener("focusin", stay);
  panel.addEventListener("pointerleave", leave);
  panel.addEventListener("focusout", leave);

  const meet = (event: Event, from: Element): void => {
    const { type } = event;
    const isHover = look.opensOn != "click";
    if (type == "click" && button.contains(from)) return keeps ? close() : open(true);
    if (type == "focusout" || type == "pointerleave") leave();
    else if (type == "pointerenter") {
      const isMouse = (event as PointerEvent).pointerType == "mouse";
      if (isHover && isMouse) after(ENTER_MS, () => open(false));
    } else if (type == "focusin" && isHover && from == button) {
      const isReturn = event.timeStamp - closedAt < RETURN_MS;
      if (button.matches(":focus-visible") && !isReturn && !isNarrow()) open(false);
    }
  };
  return { open, close, meet };
};
