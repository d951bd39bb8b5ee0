/** Loads what draws <trust-stars> and <trust-reviews> once one of them comes near the window. */

import { chunk, type Engine } from "./engine";
import { guarded } from "./guard";

/** The chunks stars.js and reviews.js; defining once more has no effect. */
export interface ElementChunk {
  define(engine: Engine): void;
}

/** Returns what has to be called whenever the page has changed. */
export const lazyElements = (engine: Engine): (() => void) => {
  const load = guarded(async (name: string) =>
    (await chunk<ElementChunk>(engine, name.slice("trust-".length))).define(engine),
  );
  const near = new IntersectionObserver(
    (entries) =>
      entries.forEach(({ isIntersecting, target }) => isIntersecting && load(target.localName)),
    { rootMargin: "600px" },
  );
  return () => {
    for (const each of document.querySelectorAll("trust-stars,trust-reviews")) near.observe(each);
  };
};
