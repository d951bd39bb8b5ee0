/** Configured widgets as our host describes them, and the elements that draw them (embed.md 6). */

import { badgeElement } from "../badge/element";
import { html } from "../engine/dom";
import type { Engine } from "../engine/engine";
import { lookForOrder } from "../engine/orders";
import { NUMBERS } from "../lists/products";
import { type Given, given } from "./values";

export interface Manifest {
  shopKey: string;
  applicationType: string;
  locale: string;
  config: { hideWhenEmpty?: boolean; height?: number; variant?: string };
}

const BADGE = "trust-badge";
const REVIEWS = "trust-reviews";

/** By type: the element and what is particular about it. */
const ELEMENTS: Record<string, [name: string, attributes: Record<string, string>]> = {
  product_star: ["trust-stars", {}],
  product_review_list: [REVIEWS, { layout: "list" }],
  trusted_stars_service: [BADGE, { variant: "horizontal", position: "inline" }],
  review_carousel_service: [REVIEWS, { layout: "carousel" }],
  testimonial_service: [REVIEWS, { layout: "quotes" }],
  // Only what it does with an order is wanted.
  checkout_service: [BADGE, { position: "inline", "hidden-when": ":root" }],
};

const asked: Record<string, Promise<Manifest>> = {};

const load = async (url: string): Promise<Manifest> => {
  const answer = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw Error(url);
  const found: Manifest = await answer.json();
  return { ...found, config: given(found.config) };
};

/** The widget with this id; rejects when there is none. */
export const manifestOf = ({ origin }: Engine, id: string): Promise<Manifest> =>
  (asked[id] ??= load(`${origin}/manifests/v1/${encodeURIComponent(id)}.json`));

/** The badge of the widget's shop; the element is defined where no other tag has done so. */
export const badgeFor = (
  engine: Engine,
  { shopKey, locale }: Manifest,
  attributes: Record<string, string>,
): HTMLElement => {
  if (!customElements.get(BADGE))
    customElements.define(BADGE, badgeElement(engine, lookForOrder));
  return html(BADGE, { shop: shopKey, lang: locale, ...attributes });
};

/** Tells `element` which product is meant; pages say it before or after, and change it. */
export const setNumbers = (element: Element, data: Given): void => {
  for (const name of NUMBERS) {
    const value = String(data[name] ?? "").trim();
    if (value) element.setAttribute(name, value);
    else element.removeAttribute(name);
  }
};

/** What draws the widget; undefined for a type that nobody knows. */
export const elementFor = (engine: Engine, manifest: Manifest): HTMLElement | undefined => {
  const [name, attributes] = ELEMENTS[manifest.applicationType] ?? [];
  if (!name || !attributes) return;
  if (name == BADGE) return badgeFor(engine, manifest, attributes);
  const { config, locale, shopKey } = manifest;
  const hides = config.hideWhenEmpty && "";
  const common = { shop: shopKey, lang: locale, "hide-empty": hides, "min-height": config.height };
  return html(name, { ...attributes, ...common });
};
