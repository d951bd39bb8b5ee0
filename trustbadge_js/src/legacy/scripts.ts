/** What the older stickers have in common: their tags, their places, and the values in them. */

import { type Engine, ownTag } from "../engine/engine";
import { guarded } from "../engine/guard";
import type { Given } from "./values";

/** How long an element waits for its place in the page. */
const PATIENCE_MS = 15_000;

/** `shop` is named by each element, since a page may have stickers of several. */
export const engineFor = (file: string): [Engine, HTMLScriptElement] | null => {
  const tag = ownTag(file);
  return tag && [{ origin: new URL(tag.src).origin, shop: "", nonce: tag.nonce }, tag];
};

/** The tag that has taken these settings: the next one may have overwritten the global. */
export const isOwn = ({ script }: Given): boolean => {
  const { currentScript } = document;
  return !(script instanceof Element) || !currentScript || script == currentScript;
};

/** The element that older modules test for, and other stickers scroll to. */
export const PRODUCT_STICKER = "trustedshops-productreviews-sticker-wrapper";

const found = (selector: unknown): Element | null => {
  if (selector instanceof Element) return selector;
  try {
    return document.querySelector(String(selector));
  } catch {
    return null;
  }
};

/** SKUs as a list separated by commas; pages give one, several, or such a list. */
export const skusIn = (value: unknown): string =>
  [value]
    .flat(2)
    .map((each) => String(each ?? "").trim())
    .filter(Boolean)
    .join();

/** Calls `work` with what `selector` names, at once or when it has come; not after 15 s. */
export const whenThere = (selector: unknown, work: (place: Element) => void): void => {
  const until = performance.now() + PATIENCE_MS;
  const observer = new MutationObserver(guarded(() => look()));
  const look = () => {
    const place = found(selector);
    if (place || performance.now() > until) observer.disconnect();
    if (place) work(place);
  };
  observer.observe(document, { childList: true, subtree: true });
  look();
};

const ENTITIES: Record<string, string> = { nbsp: " ", amp: "&", lt: "<", gt: ">", quot: '"' };

/** Text without its markup; the few entities that such texts have are read. */
export const textIn = (markup: unknown): string =>
  String(markup ?? "")
    .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/&(nbsp|amp|lt|gt|quot|#0?39);/g, (_, name: string) => ENTITIES[name] ?? "'")
    .replace(/\s+/g, " ")
    .trim();

/** Sets custom properties to those of `values` that are of their kind (a CSS property). */
export const style = (element: HTMLElement, kind: string, values: Given): void => {
  for (const [name, given] of Object.entries(values)) {
    const value = String(given ?? "").trim();
    if (value && CSS.supports(kind, value)) element.style.setProperty(name, value);
  }
};

/** A length in CSS px as pages write it: `15px`, `15 px`, `15`. */
export const lengthIn = (value: unknown): string => {
  const [, number] = /^\s*(\d{1,4}(?:\.\d+)?)\s*(?:px)?\s*$/i.exec(String(value)) ?? [];
  return number ? `${number}px` : "";
};
