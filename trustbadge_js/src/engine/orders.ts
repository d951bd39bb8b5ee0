/** The order on a confirmation page: seen here, read and offered by the chunk card.js. */

import { chunk } from "./engine";
import { guarded } from "./guard";
import type { CardChunk, Scene } from "./scenes";

const ID = "trustedShopsCheckout";

let stage: Scene | undefined;
let offered: Element | null;

/** Offers the page's order once, as soon as there is a badge that can show it. */
export const lookForOrder = guarded(async (scene?: Scene) => {
  if (!stage?.host.isConnected) stage = scene;
  const order = document.getElementById(ID);
  if (!stage || !order || order == offered) return;
  offered = order;
  return (await chunk<CardChunk>(stage.engine, "card")).offer(stage, order);
});
