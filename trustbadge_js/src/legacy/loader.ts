/** /js/{shop_key}.js: the engine for pages with older tags; the shop's badge comes with it. */

import type { Badge } from "../engine/badges";
import { guarded } from "../engine/guard";
import { nextTask } from "../engine/tasks";
import { type Definition, NAME } from "./badge";
import { startLayer } from "./layer";
import { type Layer, offerMethods, shownBadge, translateEvents } from "./methods";

/** Put in front of this bundle by the server; null where no shop is named. */
declare const TRUST_SHOP: Badge | null;

const tagOf = ({ shop }: Badge): HTMLScriptElement | null => {
  const running = document.currentScript as HTMLScriptElement | null;
  if (running?.src.includes("/js/")) return running;
  return document.querySelector(`script[src*="/js/${shop.key}" i]`);
};

/** The page has a newer tag, too, which was first: only the methods are missing. */
const joinNewer = async (): Promise<Layer> => {
  let kept: Element | null;
  translateEvents();
  return {
    load() {
      if (kept && !shownBadge()) document.body.append(kept);
    },
    remove() {
      kept = shownBadge() ?? kept;
      kept?.remove();
    },
  };
};

guarded(() => {
  const tag = TRUST_SHOP && tagOf(TRUST_SHOP);
  if (!tag) return;
  const layer: Promise<Layer> = nextTask().then(async () => {
    const known = customElements.get(NAME) as Definition | undefined;
    if (!known) return startLayer(TRUST_SHOP, tag, layer);
    // Of two tags the first one's shop stays; the second one may say more about its looks.
    const first = await (known.legacy ??= joinNewer());
    first.load();
    return first;
  });
  offerMethods(layer);
})();
