/** The elements of a Trustwright server, as a page uses them. */

export interface Options {
  /** Address of the server, such as "https://trust.example.com". */
  host: string;
  /** The key of the shop. */
  shop: string;
  /** The nonce of the page's content security policy, if it has one. */
  nonce?: string;
}

/** Adds the one script that defines the elements. Call it in the browser only. */
export declare const load: (options: Options) => void;

export type ColorScheme = "light" | "dark" | "auto";
export type Position = "left" | "right" | "center" | "inline";

/** Attributes of every element. */
export interface TrustAttributes {
  shop?: string;
  /** A BCP 47 tag; otherwise the page's language, then the shop's. */
  lang?: string;
  "color-scheme"?: ColorScheme;
}

export interface TrustBadgeAttributes extends TrustAttributes {
  variant?: "reviews" | "mark" | "horizontal" | "card";
  position?: Position;
  "mobile-position"?: Position;
  /** CSS px. */
  offset?: number | string;
  "mobile-offset"?: number | string;
  "open-on"?: "hover" | "click";
  fade?: boolean | "";
  /** A CSS selector; the badge is hidden while it matches. */
  "hidden-when"?: string;
}

/** Which product; several variants are separated by commas. */
export interface ProductAttributes extends TrustAttributes {
  sku?: string;
  gtin?: string;
  mpn?: string;
  "hide-empty"?: boolean | "";
  /** A CSS selector: where a click leads to. */
  "link-to"?: string;
}

export type TrustStarsAttributes = ProductAttributes;

export interface TrustReviewsAttributes extends ProductAttributes {
  layout?: "list" | "carousel" | "quotes";
  limit?: number | string;
  /** CSS px that are kept free until the reviews are there. */
  "min-height"?: number | string;
}

export interface TrustData {
  /** The mean, 1 to 5; absent without a grade. */
  value?: number;
  /** Reviews of the last 12 months. */
  count: number;
}

export interface TrustEventMap {
  "trust-ready": CustomEvent<null>;
  "trust-open": CustomEvent<null>;
  "trust-close": CustomEvent<null>;
  "trust-data": CustomEvent<TrustData>;
  "trust-order-sent": CustomEvent<{ wants: ("review" | "protection")[] }>;
  "trust-error": CustomEvent<null>;
}

export interface TrustElement extends HTMLElement {
  /** Asks the server again and draws what it says. */
  refresh(): void;
  addEventListener<Name extends keyof TrustEventMap>(
    type: Name,
    listener: (event: TrustEventMap[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

export interface TrustBadgeElement extends TrustElement {
  open(): void;
  close(): void;
}

export type TrustStarsElement = TrustElement;
export type TrustReviewsElement = TrustElement;

/** Attributes by the names of the elements. */
export interface TrustElements {
  "trust-badge": TrustBadgeAttributes;
  "trust-stars": TrustStarsAttributes;
  "trust-reviews": TrustReviewsAttributes;
}

declare global {
  interface HTMLElementTagNameMap {
    "trust-badge": TrustBadgeElement;
    "trust-stars": TrustStarsElement;
    "trust-reviews": TrustReviewsElement;
  }
}
