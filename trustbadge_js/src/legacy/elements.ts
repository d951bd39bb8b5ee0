/** /applications/widget.js/v2: <etrusted-widget>, and the anchor that leads to it (6.1). */

import { html } from "../engine/dom";
import type { Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import { lazyElements } from "../engine/lazy";
import { elementFor, type Manifest, manifestOf, setNumbers } from "./manifests";
import { engineFor } from "./scripts";

const WIDGET = "etrusted-widget";
const ANCHOR = "etrusted-product-review-list-widget-product-star-extension";

/** Fills the anchors of the page with the stars of the product whose list this is. */
const fillAnchors = (list: HTMLElement, { shopKey, locale }: Manifest): void => {
  const { etrustedWidgetId } = list.dataset;
  const target = `${WIDGET}[data-etrusted-widget-id="${CSS.escape(etrustedWidgetId!)}"]`;
  for (const anchor of document.querySelectorAll(ANCHOR)) {
    const given = { shop: shopKey, lang: locale, "link-to": target, "hide-empty": "" };
    const stars = anchor.querySelector("trust-stars") ?? html("trust-stars", given);
    setNumbers(stars, list.dataset);
    if (!stars.isConnected) anchor.append(stars);
  }
};

const widgetElement = (engine: Engine, load: () => void) =>
  class extends HTMLElement {
    static observedAttributes = ["etrusted-widget-id", "sku", "gtin", "mpn"].map(
      (name) => `data-${name}`,
    );

    #shown: [id: string, element: HTMLElement] | undefined;

    connectedCallback(): void {
      this.#draw();
    }

    attributeChangedCallback(): void {
      this.#draw();
    }

    #draw = guarded(async () => {
      const id = this.dataset.etrustedWidgetId?.trim();
      if (!id || !this.isConnected) return;
      try {
        this.#show(id, await manifestOf(engine, id));
      } catch (failure) {
        // A widget that nobody knows takes no room.
        this.hidden = true;
        throw failure;
      }
    });

    #show(id: string, manifest: Manifest): void {
      // Meanwhile another one may be meant.
      if (id != this.dataset.etrustedWidgetId?.trim()) return;
      const [shownId, shown] = this.#shown ?? [];
      const element = shownId == id ? shown : elementFor(engine, manifest);
      this.hidden = !element;
      if (!element) return;
      setNumbers(element, this.dataset);
      if (element != shown) this.replaceChildren(element);
      this.#shown = [id, element];
      if (manifest.applicationType == "product_review_list") fillAnchors(this, manifest);
      load();
    }
  };

guarded(() => {
  const found = engineFor("/applications/widget.js/v2");
  // Pages have the tag several times.
  if (!found || customElements.get(WIDGET)) return;
  const [engine] = found;
  customElements.define(WIDGET, widgetElement(engine, lazyElements(engine)));
})();
