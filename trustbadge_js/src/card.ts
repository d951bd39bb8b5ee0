/** The chunk card.js: the card of a badge; that of an order comes with the chunk order.js. */

import css from "./card/card.css";
import { newCard } from "./card/card";
import { dress } from "./engine/dom";
import { chunk } from "./engine/engine";
import type { Card, CardChunk, OrderChunk, Scene } from "./engine/scenes";
import { wordsIn } from "./engine/words";

const dressed = new WeakSet<object>();

const prepare = async (scene: Scene) => {
  const { badge, engine, root } = scene;
  const words = await wordsIn(engine, badge.language);
  if (!dressed.has(root)) dress(root, css, engine.nonce);
  dressed.add(root);
  return words;
};

export const cardOf: CardChunk["cardOf"] = async (scene): Promise<Card> =>
  newCard(scene, await prepare(scene));

export const offer: CardChunk["offer"] = async (scene, element) => {
  const order = chunk<OrderChunk>(scene.engine, "order");
  const words = await prepare(scene);
  (await order).follow(scene, words, element);
};
