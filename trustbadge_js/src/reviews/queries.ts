/** The addresses of review lists, in the one form under which our host keeps its answers. */

export interface Query {
  limit: number;
  sort?: string;
  /** 1 to 5; "" for any. */
  stars?: string;
  /** A BCP 47 tag; "" for any. */
  language?: string;
  /** The id of the last review that is there already. */
  after?: string;
  /** "1" leaves out reviews without words. */
  text?: string;
}

const USUAL = 5;
const DEFAULTS: Record<string, string> = { limit: "20", sort: "newest" };

/** As our host writes it: more is encoded than the browser's own function does. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Relative to the shop; parameters in alphabetical order, defaults left out. */
export const listAddress = (sku: string, query: Query): string => {
  const given = Object.entries(query)
    .filter(([name, value]) => value && String(value) != DEFAULTS[name])
    .map(([name, value]) => `${name}=${encoded(String(value))}`)
    .sort();
  const path = `products/${encoded(sku)}/reviews.json`;
  return given.length ? `${path}?${given.join("&")}` : path;
};

/** A whole number from 1 to `most` that a page asks for, else 5. */
export const limitOf = (asked: string | null, most: number): number =>
  Math.min(Math.max(parseInt(asked ?? "") || USUAL, 1), most);
