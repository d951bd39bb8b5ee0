/** Follows the page's order: offered once, again when it becomes another one, gone with it. */

import { guarded, tell } from "../engine/guard";
import type { Scene } from "../engine/scenes";
import type { Words } from "../engine/words";
import { consent, handOver, send } from "./handing";
import { offerCard } from "./offer";
import { orderIn } from "./orders";

// Order numbers that were offered since the page was loaded; nothing of it is kept.
const seen = new Set<string>();

export const follow = (scene: Scene, words: Words, element: HTMLElement): void => {
  let panel: HTMLElement | undefined;
  const look = guarded(() => {
    if (!element.isConnected) {
      // Frameworks put the same order back: unless the buyer has closed its card, that opens again.
      if (panel?.isConnected) {
        seen.clear();
        panel.remove();
      }
      return observer.disconnect();
    }
    const order = orderIn(element);
    if (!order || seen.has(order.orderNumber)) return;
    seen.add(order.orderNumber);
    const { config } = scene.badge;
    // A shop that asks nobody about products is told of none.
    if (config.productReviews == false) delete order.products;
    panel?.remove();
    panel = offerCard(scene, words, order);
    // Only where the shop has recorded a legal basis of its own.
    if (config.transmit == "order_page")
      consent(scene.engine)
        .then(() => send(scene.engine, handOver(order, scene.badge, [])))
        .catch(tell);
  });
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, characterData: true, subtree: true });
  look();
};
