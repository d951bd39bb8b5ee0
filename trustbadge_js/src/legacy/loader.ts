/** /js/{shop_key}.js: the engine for pages with older tags; the shop's badge comes with it. */

import type { Badge } from "../engine/badges";
import { guarded } from "../engine/guard";
import { type Definition, NAME } from "./badge";
import { startLayer } from "./layer";
import { offerMethods, shownBadge, translateEvents } from "./methods";

/** Put in front of this bundle by the server; null where no shop is named. */
declare const TRUST_SHOP: Badge | null;

declare global {
  interface Window {
    trustbadge?: object;
  }
}

const tagOf = ({ shop }: Badge): HTMLScriptElement | null => {
  const running = document.currentScript as HTMLScriptElement | null;
  if (running?.src.includes("/js/")) return running;
  return document.querySelector(`script[src*="/js/${shop.key}" i]`);
};

/** The page has a newer tag, too, which was first: only the methods are missing. */
const joinNewer = () => {
  let kept: Element | null;
  translateEvents();
  return offerMethods(
    () => {
      if (kept && !shownBadge()) document.body.append(kept);
    },
    () => {
      kept = shownBadge() ?? kept;
      kept?.remove();
    },
  );
};

guarded(() => {
  const tag = TRUST_SHOP && tagOf(TRUST_SHOP);
  if (!tag) return;
  const known = customElements.get(NAME) as Definition | undefined;
  if (!known) return startLayer(TRUST_SHOP, tag);
  // Of two tags the first one's shop stays; the second one may say more about its looks.
  window.trustbadge = known.legacy ??= joinNewer();
  known.legacy.reInitialize();
})();
