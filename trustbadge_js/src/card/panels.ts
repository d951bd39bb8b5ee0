/** Panels beside the badge: where they stand, and how they treat the focus. */

import { html } from "../engine/dom";
import type { Scene } from "../engine/scenes";

const GAP = 8;
const LEAST_HEIGHT = 240;
const LEAST_WIDTH = 480;

/** Whether the window is so narrow that a panel covers the badge. */
export const isNarrow = (): boolean => innerWidth < LEAST_WIDTH;

/** A labelled dialog, not yet in the page; in the top layer, so that nothing lies over it. */
export const panelOf = (label: string, part: string, ...children: HTMLElement[]): HTMLElement =>
  html(
    "div",
    { class: "panel", part, role: "dialog", "aria-label": label, tabindex: -1, popover: "manual" },
    ...children,
  );

/** Where the badge is, or would be in the corner when the visitor has closed it. */
const boxOf = (face: Element, right: number, bottom: number): DOMRect =>
  face.isConnected && face.getClientRects().length
    ? face.getBoundingClientRect()
    : new DOMRect(right - GAP, bottom - GAP, 0, 0);

/** Shows the panel above or below the badge, wherever there is more room, inside the window. */
export const show = (panel: HTMLElement, { face, orderPlace, stage }: Scene): void => {
  if (orderPlace && panel.matches(".order")) {
    panel.removeAttribute("popover");
    panel.classList.add("placed");
    return orderPlace.append(panel);
  }
  stage.append(panel);
  // Browsers without a top layer show it as it stands.
  panel.showPopover?.();
  const { clientWidth, clientHeight } = document.documentElement;
  const box = boxOf(face, clientWidth, clientHeight);
  const place = (side: string, px: number) => panel.style.setProperty(side, `${px}px`);
  const above = box.top - GAP;
  const below = clientHeight - box.bottom - GAP;
  const room = Math.max(above, below) - GAP;
  const isTight = isNarrow() || room < LEAST_HEIGHT;
  place("max-height", isTight ? clientHeight - 2 * GAP : room);
  if (isTight) place("bottom", GAP);
  else if (above > below) place("bottom", clientHeight - above);
  else place("top", clientHeight - below);
  const most = Math.max(clientWidth - GAP - panel.offsetWidth, GAP);
  const isRight = box.left + box.right > clientWidth;
  place("left", Math.min(Math.max(isRight ? box.right - panel.offsetWidth : box.left, GAP), most));
};

const targets = (panel: HTMLElement): HTMLElement[] =>
  [...panel.querySelectorAll<HTMLElement>("a,button,summary,input,select")];

/** Keeps the Tab key inside the panel. */
export const keepFocus = (panel: HTMLElement, event: KeyboardEvent): void => {
  const stops = targets(panel);
  const { activeElement } = panel.getRootNode() as ShadowRoot;
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (activeElement != from && !(event.shiftKey && activeElement == panel)) return;
  event.preventDefault();
  to?.focus();
};
