/** /v1/badge.js: finds its tag, defines <trust-badge>, places one, loads what the page uses. */

import { badgeElement } from "./badge/element";
import { html } from "./engine/dom";
import { engineOf, ownTag } from "./engine/engine";
import { guarded } from "./engine/guard";
import { lazyElements } from "./engine/lazy";
import { lookForOrder } from "./engine/orders";
import { nextTask } from "./engine/tasks";

const NAME = "trust-badge";

guarded(async () => {
  const tag = ownTag("/badge.js");
  if (!tag) return;
  await nextTask();
  // A page with two tags keeps the first one's shop.
  if (customElements.get(NAME)) return;
  const engine = engineOf(tag);
  customElements.define(NAME, badgeElement(engine, lookForOrder));
  const placed = html(NAME);
  const all = document.getElementsByTagName(NAME);
  let body: HTMLElement | undefined;
  const findLazy = lazyElements(engine);
  const look = guarded(() => {
    // Each new body gets a floating badge; it leaves when the page has one of its own.
    if (body != document.body) {
      body = document.body;
      if (!all.length) body.append(placed);
    }
    if (all.length > 1) placed.remove();
    findLazy();
    lookForOrder();
  });
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  look();
})();
