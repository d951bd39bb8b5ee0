/** Stands in for a shadow root: what is put in stands in the page, its sheets apply there only.
 *
 * Pages restyle and read the older badge, so its parts are in their reach (embed.md 3.5).
 */

import { dress } from "../engine/dom";
import reset from "./reset.css";

/** Rewrites the rules so that they apply inside `scope` alone; `:host` is then `host`. */
export const confine = (rules: CSSRuleList, scope: string, host: string): void => {
  for (const rule of rules as unknown as Iterable<CSSStyleRule & CSSMediaRule>) {
    if (rule.selectorText) {
      const parts = rule.selectorText.split(",").map((part) => part.trim());
      rule.selectorText = parts
        .map((part) => `${scope} ${part.replace(/^:host(\((.*)\))?/, `${host}$2`)}`)
        .join();
    } else if (rule.cssRules) confine(rule.cssRules, scope, host);
  }
};

/** As much of a shadow root as our elements use; `later` gets what has to wait for the page. */
const openRoot = (
  host: HTMLElement,
  scope: string,
  later: Node[],
  isFirst: boolean,
): ShadowRoot => {
  const root = {
    append(node: Node) {
      // Browsers without constructable sheets; and no element has children when it is made.
      if (!(node instanceof HTMLStyleElement)) return later.push(node);
      document.head.append(node);
      return confine(node.sheet!.cssRules, scope, host.localName);
    },
    get adoptedStyleSheets() {
      return [];
    },
    set adoptedStyleSheets([sheet]: CSSStyleSheet[]) {
      // The page has one tree for all of them.
      if (!isFirst) return;
      confine(sheet!.cssRules, scope, host.localName);
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet!];
    },
  };
  return root as unknown as ShadowRoot;
};

interface Connected extends HTMLElement {
  connectedCallback(): void;
}

/** The element with its parts in the page's own tree, if `isOpen` when it is made.
 *
 * `css` applies to it, and everything that it is dressed in, inside `scope` alone.
 */
export const opened = (
  Closed: new () => Connected,
  scope: string,
  css: string,
  nonce: string,
  isOpen: () => boolean,
): CustomElementConstructor => {
  const waiting = new WeakMap<HTMLElement, Node[]>();
  let isFirst = true;
  return class extends Closed {
    override attachShadow(init: ShadowRootInit): ShadowRoot {
      if (!isOpen()) return super.attachShadow(init);
      const later: Node[] = [];
      const root = openRoot(this, scope, later, isFirst);
      waiting.set(this, later);
      isFirst = false;
      dress(root, reset + css, nonce);
      return root;
    }

    override connectedCallback(): void {
      this.append(...(waiting.get(this)?.splice(0) ?? []));
      super.connectedCallback();
    }
  };
};
