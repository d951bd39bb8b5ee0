/** `window.trustbadge` and the events around it (embed.md 3.7). */

import { guarded } from "../engine/guard";
import { NAME, type TrustBadge } from "./badge";

declare global {
  interface Window {
    trustbadge?: object;
  }
}

/** The badge of the page, whoever has put it there. */
export const shownBadge = (): TrustBadge | null => document.querySelector<TrustBadge>(NAME);

export const tellPage = (...names: string[]): void => {
  for (const name of names) dispatchEvent(new CustomEvent(`trustbadge_event_${name}`));
};

const EVENTS = {
  "trust-open": ["maximized", "maximized_size_changed"],
  "trust-close": ["card_closed", "minimized"],
  "trust-data": ["xhr_call_done"],
};

/** Tells the page under the older names what <trust-badge> tells it under its own. */
export const translateEvents = (): void => {
  for (const [type, names] of Object.entries(EVENTS))
    addEventListener(type, ({ target }) => {
      // The card is there once everybody has heard of it.
      if ((target as Element).localName == NAME) queueMicrotask(() => tellPage(...names));
    });
};

/** What the methods do, once it can be done. */
export interface Layer {
  load(): void;
  remove(): void;
}

/** The methods at once, none of which throws or returns anything; they wait for `layer`. */
export const offerMethods = (layer: Promise<Layer>): void => {
  const later = (work: (layer: Layer) => void) => guarded(async () => work(await layer));
  const load = later((own) => own.load());
  window.trustbadge = {
    reInitialize: load,
    load,
    remove: later((own) => own.remove()),
    showCard: later(() => shownBadge()?.open()),
  };
  later(() => {})();
};
