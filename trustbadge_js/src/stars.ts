/** The chunk stars.js: <trust-stars>, the grade of a product beside its name or in a list. */

import type { Engine } from "./engine/engine";
import { forgetProducts, keysOf, NUMBERS, productOf } from "./lists/products";
import theme from "./lists/theme.css";
import { type Asked, defineWidget, type Drawing } from "./lists/widget";
import { faceOf } from "./stars/faces";
import css from "./stars/stars.css";

const draw = async (asked: Asked): Promise<Drawing | null> => {
  const keys = keysOf(asked.get);
  if (!keys.length) return null;
  const product = await productOf(asked.engine, keys);
  const spoken = await asked.speak(product.shop.language);
  const { grade, state } = product;
  return {
    language: spoken.language,
    children: faceOf(asked, spoken, product),
    value: grade?.rating,
    count: grade?.count ?? 0,
    isEmpty: state == "UNKNOWN" || state == "NONE",
  };
};

export const define = (engine: Engine): void =>
  defineWidget(engine, {
    name: "trust-stars",
    css: theme + css,
    attributes: [...NUMBERS, "link-to"],
    draw,
    forget: (own, get) => forgetProducts(own, keysOf(get)),
  });
