/** /reviews/tsSticker/tsSticker.js: a shop's reviews where an older snippet wants them (5.1). */

import { html } from "../engine/dom";
import { guarded } from "../engine/guard";
import { engineFor, isOwn, style, textIn, whenThere } from "./scripts";
import { addStructured } from "./structured";
import { defineShopSticker, SHOP_STICKER } from "./stickers/shopSticker";
import { type Given, given, isOn, worded } from "./values";

declare const _tsRatingConfig: unknown;

const ROTATING = /^(testimonial|skyscraper_horizontal)$/;

const stickerOf = (config: Given): HTMLElement => {
  const variant = worded(config.variant);
  const theme = worded(config.theme);
  const sticker = html(SHOP_STICKER, {
    class: textIn(config.className ?? config.colorclassName),
    shop: textIn(config.tsid),
    lang: worded(config.locale).slice(0, 2),
    layout: ROTATING.test(variant) ? "carousel" : "list",
    limit: textIn(config.reviews ?? 10),
    "better-than": textIn(config.betterThan),
    "min-length": textIn(config.reviewMinLength),
    intro: !variant.startsWith("skyscraper") && textIn(config.introtext),
    "color-scheme": config.backgroundColor ? "light" : theme,
  });
  style(sticker, "color", {
    "--trust-surface": config.backgroundColor,
    "--trust-text": config.fontColor,
    "--trust-accent": config.linkColor,
    "--trust-sticker-quote": config.quotationMarkColor,
  });
  style(sticker, "font-family", { "--trust-font": config.fontFamily });
  if (config.borderColor)
    style(sticker, "border", { "--trust-sticker-border": `1px solid ${config.borderColor}` });
  if (config.borderColor || config.backgroundColor)
    sticker.style.setProperty("--trust-sticker-padding", "16px");
  return sticker;
};

guarded(() => {
  const found = engineFor("/tsSticker.js");
  const config = { ...given(typeof _tsRatingConfig == "undefined" ? null : _tsRatingConfig) };
  if (!found || !config.tsid || !isOwn(config)) return;
  const [engine, tag] = found;
  defineShopSticker(engine);
  const sticker = stickerOf(config);
  if (config.element)
    whenThere(config.element, (place) => {
      // Executed again, a sticker takes the place of the one before it.
      for (const old of place.querySelectorAll(SHOP_STICKER)) old.remove();
      place.append(sticker);
    });
  else tag.after(sticker);
  if (isOn(config.richSnippets))
    addStructured(engine, `${textIn(config.tsid)}/snippet.jsonld`);
})();
