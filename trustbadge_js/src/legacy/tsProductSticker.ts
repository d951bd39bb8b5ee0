/** /reviews/tsSticker/tsProductSticker.js: a product's reviews where a snippet wants them (5.2). */

import { html } from "../engine/dom";
import { chunk, type Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import type { ElementChunk } from "../engine/lazy";
import { opened } from "./scopes";
import {
  engineFor,
  isOwn,
  lengthIn,
  PRODUCT_STICKER,
  skusIn,
  style,
  textIn,
  whenThere,
} from "./scripts";
import css from "./stickers/product.css";
import { addStructured } from "./structured";
import { type Given, given, isOn, worded } from "./values";

declare const _tsProductReviewsConfig: unknown;

const NAME = "trust-product-sticker";

/** Defines <trust-reviews> in the page's own tree, where older styles reach into it. */
const define = async (engine: Engine): Promise<void> => {
  (await chunk<ElementChunk>(engine, "reviews")).define(engine);
  if (customElements.get(NAME)) return;
  const Closed = customElements.get("trust-reviews") as Parameters<typeof opened>[0];
  const Open = opened(Closed, `#${PRODUCT_STICKER}`, css, engine.nonce, () => true);
  customElements.define(NAME, Open);
};

const isOff = (value: unknown): boolean => value != null && value !== "" && !isOn(value);

const listOf = (config: Given): HTMLElement => {
  const surface = config.backgroundColor ?? config.bgColor;
  const list = html(NAME, {
    shop: textIn(config.tsid),
    sku: skusIn(config.sku),
    lang: worded(config.locale).slice(0, 2),
    "color-scheme": surface ? "light" : worded(config.theme),
    "hide-empty": isOn(config.hideEmptySticker) && "",
    "data-padded": !!(surface || config.borderColor) && "",
    "data-lined": !!config.commentBorderColor && "",
    "data-plain": isOff(config.filter) && "",
    "data-bare": isOff(config.ratingSummary) && "",
  });
  style(list, "color", {
    "--trust-surface": surface,
    "--trust-star": config.starColor,
    "--trust-comment-border": config.commentBorderColor,
    "--trust-sticker-border": config.borderColor,
  });
  style(list, "width", { "--trust-star-size": lengthIn(config.starSize) });
  list.addEventListener("trust-data", () =>
    list.querySelector("ul.list")?.classList.add("ts-reviews-list"),
  );
  return list;
};

const stickerOf = (config: Given): HTMLElement => {
  const intro = textIn(config.introtext);
  const most = lengthIn(config.maxHeight);
  // Whoever has no mouse scrolls with the keys.
  const sticker = html("div", { id: PRODUCT_STICKER, tabindex: most ? 0 : null });
  sticker.append(...(intro ? [html("p", { dir: "auto" }, intro)] : []), listOf(config));
  style(sticker, "max-height", { "max-height": most });
  if (most) sticker.style.setProperty("overflow", "auto");
  return sticker;
};

guarded(async () => {
  const found = engineFor("/tsProductSticker.js");
  const settings = typeof _tsProductReviewsConfig == "undefined" ? {} : _tsProductReviewsConfig;
  const config = { ...given(settings) };
  if (!found || !config.tsid || !skusIn(config.sku) || !isOwn(config)) return;
  const [engine, tag] = found;
  const sticker = stickerOf(config);
  const put = (work: () => void) => {
    // Shops call it again for each variant: one list takes the place of the other.
    document.getElementById(PRODUCT_STICKER)?.remove();
    work();
  };
  if (config.element) whenThere(config.element, (place) => put(() => place.append(sticker)));
  else put(() => tag.after(sticker));
  const shop = textIn(config.tsid);
  const [sku = ""] = skusIn(config.sku).split(",");
  if (isOn(config.richSnippets))
    addStructured(engine, `${shop}/products/${encodeURIComponent(sku)}/snippet.jsonld`);
  await define(engine);
})();
