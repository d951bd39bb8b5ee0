/** What tsSticker.js draws: the grade of a shop, and some of its latest reviews. */

import { html } from "../../engine/dom";
import { type Engine, read } from "../../engine/engine";
import theme from "../../lists/theme.css";
import { type Asked, defineWidget, type Drawing } from "../../lists/widget";
import { carouselOf } from "../../reviews/carousel";
import { footOf, headOf } from "../../reviews/heads";
import { itemOf, type Scene } from "../../reviews/items";
import type { Sticker } from "../../reviews/payloads";
import css from "../../reviews/reviews.css";
import { clamped, integer } from "../values";
import { isSelected, statementOf } from "./selections";
import own from "./stickers.css";

export const SHOP_STICKER = "trust-shop-sticker";

/** As many as our host gives at once. */
const MOST = 10;

const draw = async ({ engine, get, speak, signal }: Asked): Promise<Drawing> => {
  const selection = {
    betterThan: parseFloat(get("better-than") ?? "") || 0,
    minLength: integer(get("min-length")) ?? 0,
  };
  const limit = clamped(integer(get("limit")) ?? MOST, 1, MOST);
  const answer = await read<Sticker>(engine, "sticker.json");
  const { grade, operatedBySeller, shop } = answer;
  const spoken = await speak(shop.language);
  const { words, language } = spoken;
  const isCarousel = get("layout") == "carousel";
  const scene: Scene = { ...spoken, engine, shopName: shop.name, isBrief: isCarousel };
  const reviews = answer.reviews.filter((each) => isSelected(selection, each)).slice(0, limit);
  const items = reviews.map((review) => itemOf(scene, review));
  const statement = `${answer.selection.statement} ${statementOf(selection, shop.language)}`;
  const intro = get("intro");
  return {
    language,
    children: [
      headOf(scene, undefined, grade, operatedBySeller),
      ...(intro ? [html("p", { dir: "auto" }, intro)] : []),
      html("p", { class: "quiet", lang: shop.language }, statement),
      isCarousel
        ? carouselOf(items, words.list, words, signal)
        : html("ul", { class: "list", role: "list", "aria-label": words.list }, ...items),
      footOf(scene, "", null),
    ],
    value: grade.rating,
    count: grade.count,
    isEmpty: !grade.count,
  };
};

export const defineShopSticker = (engine: Engine): void =>
  defineWidget(engine, {
    name: SHOP_STICKER,
    css: theme + css + own,
    attributes: ["layout", "limit", "better-than", "min-length", "intro"],
    draw,
    forget: () => {},
  });
