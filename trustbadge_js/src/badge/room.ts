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
  let last = scrollY;
  let isDown = false;
  const settle = guarded(() => {
    const focused = document.activeElement!;
    if (scrollY != last) isDown = fades && scrollY > last;
    last = scrollY;
    face.classList.toggle(
      "away",
      position != "inline" &&
        (isDown ||
          (focused != host &&
            focused != document.body &&
            covers(face.getBoundingClientRect(), focused.getBoundingClientRect()))),
    );
    face.hidden = !!(hiddenWhen && document.querySelector(hiddenWhen));
  });
  const observer = new MutationObserver(settle);
  if (hiddenWhen)
    observer.observe(document, { attributes: true, childList: true, subtree: true });
  signal.onabort = () => observer.disconnect();
  addEventListener("scroll", settle, { signal });
  document.addEventListener("focusin", settle, { signal });
  settle();
};
