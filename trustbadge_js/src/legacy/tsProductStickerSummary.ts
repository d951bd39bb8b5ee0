/** /reviews/tsSticker/tsProductStickerSummary.js: a product's stars, by a constructor (5.3). */

import { dress, html } from "../engine/dom";
import { guarded } from "../engine/guard";
import { lazyElements } from "../engine/lazy";
import { engineFor, lengthIn, PRODUCT_STICKER, skusIn, style, textIn, whenThere } from "./scripts";
import { type Given, given, isOn } from "./values";

declare global {
  interface Window {
    productStickerSummary?: unknown;
  }
}

const NAME = "trust-stars";
const SIZES = `${NAME}::part(stars) { font-size: var(--trust-star-size, 1em); }`;

const starsOf = (config: Given): HTMLElement => {
  const stars = html(
    NAME,
    {
      shop: textIn(config.tsId ?? config.tsid),
      sku: skusIn(config.sku),
      "hide-empty": !isOn(config.enablePlaceholder) && "",
      "link-to": isOn(config.scrollToReviews) && `#${PRODUCT_STICKER}`,
    },
    // Stands there as long as, and where, there is no grade.
    isOn(config.enablePlaceholder) && "☆☆☆☆☆",
  );
  style(stars, "color", { "--trust-star": config.starColor });
  style(stars, "width", { "--trust-star-size": lengthIn(config.starSize) });
  style(stars, "font-size", { "font-size": lengthIn(config.fontSize) });
  return stars;
};

guarded(() => {
  // Also where the tag is not found: the page calls the constructor in its next line.
  let show: (config: Given) => void = () => {};
  class ProductStickerSummary {
    showSummary = guarded((config: unknown) => show(given(config)));
  }
  window.productStickerSummary = ProductStickerSummary;
  const found = engineFor("/tsProductStickerSummary.js");
  if (!found) return;
  const [engine] = found;
  const load = lazyElements(engine);
  dress(document, SIZES, engine.nonce);
  show = (config) => {
    const stars = starsOf(config);
    whenThere(config.element, (place) => {
      for (const old of place.querySelectorAll(NAME)) old.remove();
      place.append(stars);
      load();
    });
  };
})();
