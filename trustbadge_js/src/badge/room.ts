/** A floating badge keeps out of the way: of what has the focus, of readers, of other things. */

import { guarded } from "../engine/guard";
import type { Look } from "../engine/looks";

/** Whether one lies over the other; a focused part of half a page cannot be spared. */
const covers = (ours: DOMRect, its: DOMRect): boolean =>
  its.height < innerHeight / 2 &&
  ours.left < its.right &&
  its.left < ours.right &&
  ours.top < its.bottom &&
  its.top < ours.bottom;

/** Watches until `signal` is aborted. While the focus is in `host`, it is on the badge itself. */
export const giveWay = (
  face: HTMLElement,
  host: Element,
  { fades, hiddenWhen, position }: Look,
  signal: AbortSignal,
): void => {
  if (hiddenWhen) {
    const hide = guarded(() => {
      face.hidden = !!document.querySelector(hiddenWhen);
    });
    const observer = new MutationObserver(hide);
    observer.observe(document, { attributes: true, childList: true, subtree: true });
    signal.onabort = () => observer.disconnect();
    hide();
  }
  if (position == "inline") return;
  let last: number | undefined;
  let isDown: boolean | undefined;
  const settle = guarded(() => {
    const focused = document.activeElement!;
    if (scrollY != last) isDown = fades && scrollY > last!;
    last = scrollY;
    face.classList.toggle(
      "away",
      isDown ||
        (focused != host &&
          focused != document.body &&
          covers(face.getBoundingClientRect(), focused.getBoundingClientRect())),
    );
  });
  addEventListener("scroll", settle, { signal });
  addEventListener("focusin", settle, { signal });
  // Told once at first, when the layout is there by itself and need not be made for us.
  new ResizeObserver(settle).observe(face);
};
