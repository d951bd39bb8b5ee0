/** What a badge hands to the chunk that draws its card, and what it gets back. */

import type { Badge } from "./badges";
import type { Engine } from "./engine";
import type { Look } from "./looks";
import type { Words } from "./words";

export interface Scene {
  engine: Engine;
  badge: Badge;
  /** Events go out from here: the element in the shop's page. */
  host: HTMLElement;
  /** Cards are added here; its style sheet defines the colours. */
  stage: HTMLElement;
  /** Where the style sheet of the card belongs. */
  root: ShadowRoot | Document;
  /** The badge as drawn; the card opens beside it. */
  face: HTMLElement;
  /** Has `aria-expanded`, and gets the focus back. */
  button: HTMLElement;
  look: Look;
  /** Where the order card stands in the page, if not beside the badge. */
  orderPlace?: HTMLElement;
  card?: Promise<Card>;
}

export interface Card {
  /** `keeps`: a click or key opened it, so the focus goes in and stays until it is closed. */
  open(keeps: boolean): void;
  close(): void;
  /** A pointer, the focus or a click came to the badge, or left it; `from` is where inside. */
  meet(event: Event, from: Element): void;
}

/** The chunk card.js. */
export interface CardChunk {
  /** A card for a badge, closed at first. */
  cardOf(scene: Scene): Promise<Card>;
  /** Offers to hand over the order that stands in `element` (embed.md 4). */
  offer(scene: Scene, element: HTMLElement): Promise<void>;
}

/** The chunk order.js. */
export interface OrderChunk {
  follow(scene: Scene, words: Words, element: HTMLElement): void;
}
