/** /v1/badge.js: finds its tag, defines <trust-badge>, places one, loads what the page uses. */

import { badgeElement } from "./badge/element";
import { html } from "./engine/dom";
import { engineOf, ownTag } from "./engine/engine";
import { guarded } from "./engine/guard";
import { lazyElements } from "./engine/lazy";
import { lookForOrder } from "./engine/orders";

const NAME = "trust-badge";

/** Places a floating badge in each new body; it leaves when the page has one of its own. */
const placing = () => {
  const placed = html(NAME);
  const all = document.getElementsByTagName(NAME);
  let body: HTMLElement | undefined;
  return () => {
    if (body != document.body) {
      body = document.body;
      if (!all.length) body.append(placed);
    }
    if (all.length > 1) placed.remove();
  };
};

guarded(() => {
  const tag = ownTag("/badge.js");
  // A page with two tags keeps the first one's shop.
  if (!tag || customElements.get(NAME)) return;
  const engine = engineOf(tag);
  customElements.define(NAME, badgeElement(engine, lookForOrder));
  const place = placing();
  const findLazy = lazyElements(engine);
  const look = guarded(() => {
    place();
    findLazy();
    lookForOrder();
  });
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
  look();
})();
