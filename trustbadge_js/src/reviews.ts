/** The chunk reviews.js: <trust-reviews>, a shop's latest reviews or all those of a product. */

import { html } from "./engine/dom";
import { type Engine, read } from "./engine/engine";
import { word } from "./engine/settings";
import { forgetProducts, type FoundProduct, keysOf, NUMBERS, productOf } from "./lists/products";
import theme from "./lists/theme.css";
import { type Asked, defineWidget, type Drawing, type Spoken } from "./lists/widget";
import { carouselOf } from "./reviews/carousel";
import { footOf, headOf } from "./reviews/heads";
import { itemOf, type Scene } from "./reviews/items";
import { productList } from "./reviews/lists";
import type { Review, ReviewPage, Sticker } from "./reviews/payloads";
import { limitOf, listAddress } from "./reviews/queries";
import css from "./reviews/reviews.css";

const MOST_OF_SHOP = 10;
const MOST_OF_PRODUCT = 100;

const layoutOf = ({ get }: Asked): string => {
  const layout = word(get("layout"));
  return layout == "carousel" || layout == "quotes" ? layout : "list";
};

const sceneOf = (asked: Asked, spoken: Spoken, shopName: string): Scene => ({
  ...spoken,
  engine: asked.engine,
  shopName,
  isBrief: layoutOf(asked) != "list",
});

/** Reviews that are a selection, which `statement` says. */
const selected = (
  asked: Asked,
  scene: Scene,
  reviews: Review[],
  statement: string,
): HTMLElement[] => {
  const layout = layoutOf(asked);
  const items = reviews.map((review) => itemOf(scene, review));
  const { words } = scene;
  return [
    html("p", { class: "quiet" }, statement),
    layout == "carousel"
      ? carouselOf(items, words.list, words, asked.signal)
      : html("ul", { class: layout, role: "list", "aria-label": words.list }, ...items),
  ];
};

const drawShop = async (asked: Asked): Promise<Drawing> => {
  const { engine, get, speak } = asked;
  const limit = limitOf(get("limit"), MOST_OF_SHOP);
  const path = limit == MOST_OF_SHOP ? "sticker.json" : `sticker.json?limit=${limit}`;
  const { grade, operatedBySeller, reviews, selection, shop } = await read<Sticker>(engine, path);
  const spoken = await speak(shop.language);
  const scene = sceneOf(asked, spoken, shop.name);
  const isEmpty = !reviews.length;
  const { language, words } = spoken;
  // Our host says it in the shop's language only.
  const statement = language == shop.language ? selection.statement : words.newest;
  const body = isEmpty
    ? [html("p", {}, words.none)]
    : selected(asked, scene, reviews, statement);
  return {
    language: spoken.language,
    children: [
      headOf(scene, undefined, grade, operatedBySeller),
      ...body,
      footOf(scene, "", get("link-to")),
    ],
    value: grade.rating,
    count: grade.count,
    isEmpty,
  };
};

/** The reviews of a product that the shop has. */
const bodyOf = async (asked: Asked, scene: Scene, { sku }: FoundProduct): Promise<HTMLElement[]> => {
  const isList = layoutOf(asked) == "list";
  const limit = limitOf(asked.get("limit"), MOST_OF_PRODUCT);
  const query = { limit, sort: "newest", text: isList ? "" : "1" };
  const page = await read<ReviewPage>(asked.engine, listAddress(sku, query));
  if (!page.reviews.length) return [];
  return isList
    ? productList(scene, sku, page, query, asked.signal)
    : selected(asked, scene, page.reviews, scene.words.newest);
};

const drawProduct = async (asked: Asked, keys: string[]): Promise<Drawing> => {
  const product = await productOf(asked.engine, keys);
  const { grade, name, operatedBySeller, shop, state } = product;
  const spoken = await asked.speak(shop.language);
  const scene = sceneOf(asked, spoken, shop.name);
  const body = state == "UNKNOWN" ? [] : await bodyOf(asked, scene, product);
  const isEmpty = !body.length;
  return {
    language: spoken.language,
    children: [
      headOf(scene, name, grade, operatedBySeller),
      ...(isEmpty ? [html("p", {}, spoken.words.none)] : body),
      footOf(scene, "?about=products", asked.get("link-to")),
    ],
    value: grade?.rating,
    count: grade?.count ?? 0,
    isEmpty,
  };
};

const draw = async (asked: Asked): Promise<Drawing | null> => {
  const keys = keysOf(asked.get);
  if (keys.length) return drawProduct(asked, keys);
  // A number that is still empty comes later; until then it is not the shop that is meant.
  const isOfProduct = NUMBERS.some((name) => asked.get(name) != null);
  return isOfProduct ? null : drawShop(asked);
};

export const define = (engine: Engine): void =>
  defineWidget(engine, {
    name: "trust-reviews",
    css: theme + css,
    attributes: [...NUMBERS, "layout", "limit", "min-height", "link-to"],
    draw,
    forget: (own, get) => forgetProducts(own, keysOf(get)),
  });
