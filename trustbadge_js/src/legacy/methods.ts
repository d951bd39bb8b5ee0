/** `window.trustbadge` and the events around it (embed.md 3.7). */

import { guarded } from "../engine/guard";
import { NAME, type TrustBadge } from "./badge";

export interface Methods {
  reInitialize(): void;
  remove(): void;
  load(): void;
  showCard(): void;
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

/** The methods at once, none of which throws or returns anything. */
export const offerMethods = (load: () => void, remove: () => void): Methods =>
  (window.trustbadge = {
    reInitialize: guarded(load),
    load: guarded(load),
    remove: guarded(remove),
    showCard: guarded(() => shownBadge()?.open()),
  });
