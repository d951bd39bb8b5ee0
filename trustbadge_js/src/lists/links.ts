/** Where a grade leads: to how reviews are checked, to all of them, or to a place in the page. */

import { html, svg } from "../engine/dom";
import type { Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import type { Words } from "../engine/words";

/** A page of ours; `path` begins after the language. */
export const pageUrl = ({ origin }: Engine, language: string, path: string): string =>
  `${origin}/${language}/${path}`;

/** All reviews of the shop; `query` narrows them. */
export const profileUrl = (engine: Engine, language: string, query = ""): string =>
  pageUrl(engine, language, `profile/${engine.shop}${query}`);

export const linkTo = (href: string, text: string): HTMLElement =>
  html("a", { href, target: "_blank", part: "link" }, text);

/** The way to how reviews are checked, where there is no room for its words. */
export const howLink = (engine: Engine, language: string, words: Words): HTMLElement =>
  html(
    "a",
    {
      class: "how",
      part: "link",
      href: pageUrl(engine, language, "reviews/how"),
      target: "_blank",
      "aria-label": words.how,
      title: words.how,
    },
    svg(
      "svg",
      { viewBox: "0 0 16 16", "aria-hidden": "true" },
      svg("path", { d: "M8 1a7 7 0 1 0 .1 0M8 7v5M8 4v1.4" }),
    ),
  );

const placeOf = (selector: string | null): HTMLElement | null => {
  try {
    return selector ? document.querySelector<HTMLElement>(selector) : null;
  } catch {
    return null;
  }
};

/** A click scrolls to what `selector` names, and follows the link where the page has no such. */
export const scrollTo = (anchor: HTMLElement, selector: string | null): void => {
  anchor.onclick = (event) => {
    const place = placeOf(selector);
    if (!place || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const show = guarded(() => {
      const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      place.scrollIntoView({ behavior: isCalm ? "auto" : "smooth" });
      place.focus({ preventScroll: true });
    });
    // The page hears of the click first: it may have to open the tab where the place is.
    setTimeout(show);
  };
};
