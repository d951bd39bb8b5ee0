/** <trust-badge> in the page's own tree, for pages whose styles and scripts reach into it. */

import { badgeElement } from "../badge/element";
import { dress } from "../engine/dom";
import type { Engine } from "../engine/engine";
import type { Scene } from "../engine/scenes";
import { CONTAINER, SCOPE } from "./hooks";
import container from "./container.css";
import { opened } from "./scopes";
import css from "./legacy.css";
import type { Layer } from "./methods";

export const NAME: string = "trust-badge";

export interface TrustBadge extends HTMLElement {
  open(): void;
  connectedCallback(): void;
}

export interface Definition extends CustomElementConstructor {
  /** What `window.trustbadge` does, where there is an older tag. */
  legacy?: Promise<Layer>;
}

/** Defines the element; the one that is returned is open, those of the page are as always. */
export const defineBadge = (
  engine: Engine,
  staged: (scene: Scene) => void,
  legacy: Promise<Layer>,
): TrustBadge => {
  let isOpen = false;
  const Badge: Definition = opened(
    badgeElement(engine, staged),
    SCOPE,
    css,
    engine.nonce,
    () => isOpen,
  );
  Badge.legacy = legacy;
  dress(document, container.replaceAll("CONTAINER", CONTAINER), engine.nonce);
  customElements.define(NAME, Badge);
  isOpen = true;
  const badge = document.createElement(NAME) as TrustBadge;
  isOpen = false;
  return badge;
};
