/** Our artwork: the row of stars and the mark, drawn in the colours of the style sheet. */

import { svg } from "./dom";

const OUTLINE = "m20 0l2.4 5.6 6.1.5-4.6 4 1.4 6-5.3-3.2-5.3 3.2 1.4-6-4.6-4 6.1-.5z";
const ROW = "M-11 1" + OUTLINE.repeat(5);

/** Five stars, of which exactly the share of `rating` (0 to 5) is filled; `label` says it. */
export const stars = (rating: number, label: string): SVGElement =>
  svg(
    "svg",
    { class: "stars", viewBox: "0 0 98 18", role: "img", "aria-label": label },
    svg("path", { d: ROW, class: "empty" }),
    // A star is 18 wide, and 2 from the next one.
    svg(
      "svg",
      { width: rating * 18 + ~~rating * 2, height: 18 },
      svg("path", { d: ROW, class: "full" }),
    ),
  );

/** The mark of a shop with a valid certificate; its link carries the name. */
export const tick = (): SVGElement =>
  svg(
    "svg",
    { class: "tick", viewBox: "0 0 32 32" },
    svg("rect", { width: 32, height: 32, rx: 8 }),
    svg("path", { d: "M9 17l5 5 9-11", class: "line" }),
  );
