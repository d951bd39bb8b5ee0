/** The ids by which other people's pages, styles and tests know the badge (embed.md 3.5, 3.6). */

import { html } from "../engine/dom";

const SUFFIX = "98e3dadd90eb493088abdc5597a70810";
const APP_SUFFIX = "db8d3657bdbe440c985ae127463eaad4";

export const hook = (name: string): string => `${name}-${SUFFIX}`;

export const CONTAINER = hook("trustbadge-container");
export const TOPBAR = hook("trustbadge-topbar-container");
export const APP = `Container_${APP_SUFFIX}`;
export const CHECKOUT = hook("trustbadge-checkout-container");
export const inlineId = (isNarrow: boolean): string =>
  hook(`trustbadge-custom-${isNarrow ? "mobile" : "desktop"}-container`);

/** Where the style sheets of the badge apply. */
const WRAPPERS = [CONTAINER, inlineId(false), inlineId(true), CHECKOUT];
export const SCOPE = `:is(${WRAPPERS.map((id) => `#${id}`).join()})`;

const name = (parent: ParentNode, selector: string, id: string): boolean => {
  const found = parent.querySelector(selector);
  const isNew = !!found && found.id != id;
  if (isNew) found.id = id;
  return isNew;
};

/** Marks the closed badge; the last but one of its paragraphs is the average. */
export const markFace = (face: HTMLElement, rating: number | undefined): void => {
  face.id = hook("minimized-trustbadge");
  face.dataset.tbElement = "trustbadge_minimised_container";
  name(face, "button", hook("trustbadge-minimized-menu-button"));
  for (const each of face.querySelectorAll(".rating,.count")) {
    const text = each.matches(".rating") ? `${rating!.toFixed(2)}/5.00` : each.textContent;
    each.replaceWith(html("p", { class: each.className, "aria-hidden": "true" }, text));
  }
};

/** Marks the open cards in `parent`; whether one is an order's that was not there before. */
export const markCards = (parent: ParentNode, isApp: boolean): boolean => {
  const card = ".panel:not(.order) ";
  name(parent, `${card}.close`, hook("close-button"));
  name(parent, `${card}.certificate`, hook("contentBoxWithLink_trustmark"));
  name(parent, `${card}a.button`, hook("link_showAllReviews"));
  if (isApp) {
    name(parent, card, `tscard4_${APP_SUFFIX}`);
    name(parent, ".order form", `checkoutTrustcardResponsive_${APP_SUFFIX}node`);
  }
  return name(parent, ".order", isApp ? `customCheckout_${APP_SUFFIX}` : "trustbadge-iframe");
};
