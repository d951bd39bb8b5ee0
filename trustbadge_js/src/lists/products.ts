/** Products by their numbers as pages write them, and the grades that our host has for them. */

import { type Engine, read } from "../engine/engine";
import { type Batches, batched } from "./batches";
import type { Grade } from "./grades";

export interface ProductStars {
  sku: string;
  hex: string;
  gtin?: string;
  mpn?: string;
  state: "UNKNOWN" | Grade["state"];
  name?: string;
  grade?: Grade;
}

interface Stars {
  shop: { name: string; language: string };
  operatedBySeller: boolean;
  products: ProductStars[];
}

/** A product as found; `shop` is there also when the product is unknown. */
export interface FoundProduct extends ProductStars {
  shop: Stars["shop"];
  operatedBySeller: boolean;
}

// One that our host would refuse must not spoil the question that all of a page share.
const POSSIBLE = { sku: /^.{1,255}$/s, gtin: /^\d{8,14}$/, mpn: /^.{1,70}$/s };

type Name = keyof typeof POSSIBLE;

/** The attributes that name products; each may hold several variants. */
export const NUMBERS = Object.keys(POSSIBLE) as Name[];

// The better a state is, the later it stands.
const STATES = ["UNKNOWN", "NONE", "TOO_FEW", "RATED"];

/** A list separated by commas, without what no product can be called. */
export const variantsIn = (list: string | null, name: Name): string[] =>
  (list ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter((each) => POSSIBLE[name].test(each));

/** Two digits for each byte of UTF-8: "SKU-4711" is "534b552d34373131". */
export const hexOf = (sku: string): string =>
  Array.from(new TextEncoder().encode(sku), (byte) => byte.toString(16).padStart(2, "0")).join("");

const keyOf = (name: Name, value: string): string =>
  name == "sku" ? `hex=${hexOf(value)}` : `${name}=${encodeURIComponent(value)}`;

/** What to ask for: a parameter and its value for each variant, once. */
export const keysOf = (get: (name: string) => string | null): string[] => [
  ...new Set(NUMBERS.flatMap((name) => variantsIn(get(name), name).map((value) => keyOf(name, value)))),
];

/** One address for all keys, parameters in one order. */
export const addressOf = (keys: string[]): string => {
  const values: Record<string, string[]> = {};
  for (const key of [...keys].sort()) {
    const [name = "", value = ""] = key.split("=");
    (values[name] ??= []).push(value);
  }
  const query = Object.entries(values).map(([name, list]) => `${name}=${list.join(",")}`);
  return `stars.json?${query.join("&")}`;
};

/** The better one of two: variants are different products, so their grades never become one. */
export const better = <T extends ProductStars>(one: T | undefined, other: T): T =>
  one && STATES.indexOf(one.state) >= STATES.indexOf(other.state) ? one : other;

const ask =
  (engine: Engine) =>
  async (keys: string[]): Promise<Map<string, FoundProduct>> => {
    const { operatedBySeller, products, shop } = await read<Stars>(engine, addressOf(keys));
    const found = new Map<string, FoundProduct>();
    for (const product of products)
      for (const name of NUMBERS) {
        const value = product[name];
        if (!value) continue;
        const key = keyOf(name, value);
        found.set(key, better(found.get(key), { ...product, operatedBySeller, shop }));
      }
    for (const key of keys)
      if (!found.has(key)) found.set(key, { sku: "", hex: "", state: "UNKNOWN", operatedBySeller, shop });
    return found;
  };

const shops: Record<string, Batches<FoundProduct>> = {};

/** The best of the products with these keys, of which there is at least one. */
export const productOf = async (engine: Engine, keys: string[]): Promise<FoundProduct> => {
  const { find } = (shops[engine.shop] ??= batched(ask(engine)));
  const found = await Promise.all(keys.map(find));
  return found.reduce(better);
};

/** Makes the next question go to our host again. */
export const forgetProducts = ({ shop }: Engine, keys: string[]): void => {
  for (const key of keys) shops[shop]?.forget(key);
};
