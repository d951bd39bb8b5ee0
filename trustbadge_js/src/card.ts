/** The chunk card.js: the card of a badge, and the card of an order. */

import css from "./card/card.css";
import { newCard } from "./card/card";
import { follow } from "./card/offers";
import { dress } from "./engine/dom";
import type { Card, CardChunk, Scene } from "./engine/scenes";
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
  follow(scene, await prepare(scene), element);
};
