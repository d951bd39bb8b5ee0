/** The chunk opening.js: the card of a badge in the page opens to the side it names (3.1, 3.2). */

import { clamped } from "./values";

/** CSS px. */
const GAP = 8;
const LEAST_HEIGHT = 240;

/** `opening` is `topright`, `topleft`, `bottomright` or `bottomleft`, seen from the badge. */
export const turnCard = (badge: Element, opening: string): void => {
  const face = badge.querySelector(".face");
  const card = badge.querySelector<HTMLElement>(".panel:not(.order)");
  if (!face || !card || !opening) return;
  const { top, bottom, left, right } = face.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const isUp = opening.startsWith("top");
  const room = (isUp ? top : clientHeight - bottom) - 2 * GAP;
  // It opens where there is room, as always, when there is none on this side.
  if (room < LEAST_HEIGHT) return;
  const width = card.offsetWidth;
  const start = opening.endsWith("left") ? right - width : left;
  const place = (side: string, px?: number) =>
    card.style.setProperty(side, px == null ? "auto" : `${px}px`);
  place("max-height", room);
  place("top", isUp ? undefined : bottom + GAP);
  place("bottom", isUp ? clientHeight - top + GAP : undefined);
  place("left", clamped(start, GAP, Math.max(clientWidth - GAP - width, GAP)));
};
