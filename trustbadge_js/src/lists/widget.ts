/** What <trust-stars> and <trust-reviews> have in common: asked, drawn, and never in the way. */

import { announce, dress, html } from "../engine/dom";
import type { Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import { languageOf } from "../engine/languages";
import { flag, pixels, word } from "../engine/settings";
import { type Words, wordsIn } from "../engine/words";
import { themeOf } from "./schemes";
import { turn } from "./turns";

type Get = (name: string) => string | null;

/** What is asked for, and by whom. */
export interface Asked {
  engine: Engine;
  host: HTMLElement;
  get: Get;
  /** Words in the page's language, else in the shop's; resolves when it is the caller's turn. */
  speak(ofShop: string): Promise<Spoken>;
  /** Aborted as soon as something else is asked for. */
  signal: AbortSignal;
}

export interface Spoken {
  words: Words;
  language: string;
}

export interface Drawing {
  language: string;
  children: Node[];
  value?: number | undefined;
  count: number;
  /** Nothing to show but that there is nothing. */
  isEmpty: boolean;
}

export interface Part {
  name: string;
  css: string;
  attributes: string[];
  /** Null while the page has not said what to show; rejects when data do not arrive. */
  draw(asked: Asked): Promise<Drawing | null>;
  /** Forgets what is known, so that the next drawing asks again. */
  forget(engine: Engine, get: Get): void;
}

const speaker = (engine: Engine, wanted: string): Asked["speak"] => {
  const load = async (language: string) => ({ words: await wordsIn(engine, language), language });
  // The words come beside the data; whoever waits for them hears if they do not.
  const early = wanted && load(wanted);
  if (early) early.catch(() => {});
  return async (ofShop) => {
    const spoken = await (early || load(ofShop));
    await turn();
    return spoken;
  };
};

/** Defines the element; `engine` is that of the page's tag, an element may name another shop. */
export const defineWidget = (engine: Engine, { name, css, attributes, draw, forget }: Part): void => {
  // Each element that comes near asks for it, and the legacy tags do, too.
  if (customElements.get(name)) return;
  customElements.define(
    name,
    class extends HTMLElement {
      static observedAttributes = ["shop", "lang", "color-scheme", "hide-empty", ...attributes];

      #stage = html("div");
      #slot = html("slot");
      #drawing: AbortController | undefined;
      #isReady = false;

      constructor() {
        super();
        const root = this.attachShadow({ mode: "open" });
        dress(root, css, engine.nonce);
        // What the page put inside stays visible until there is something to show.
        this.#stage.append(this.#slot);
        root.append(this.#stage);
      }

      connectedCallback(): void {
        this.#draw();
      }

      disconnectedCallback(): void {
        this.#drawing?.abort();
      }

      attributeChangedCallback(): void {
        if (this.isConnected) this.#draw();
      }

      /** Asks for the data again and draws them. */
      refresh(): void {
        forget(this.#engine, this.#get);
        this.#draw();
      }

      override focus(options?: FocusOptions): void {
        this.#stage.querySelector<HTMLElement>("[tabindex],a")?.focus(options);
      }

      #get = this.getAttribute.bind(this);

      get #engine(): Engine {
        return { ...engine, shop: this.#get("shop")?.trim() || engine.shop };
      }

      #draw = guarded(async () => {
        this.#drawing?.abort();
        const { signal } = (this.#drawing = new AbortController());
        // Attributes that change together are drawn once.
        await null;
        const own = this.#engine;
        if (signal.aborted || !own.shop) return;
        this.#stage.style.minHeight = `${pixels(0, this.#get("min-height"))}px`;
        const theme = themeOf(word(this.#get("color-scheme")), getComputedStyle(this).color);
        try {
          const speak = speaker(own, languageOf(this));
          const drawing = await draw({ engine: own, host: this, get: this.#get, speak, signal });
          if (drawing && !signal.aborted) this.#show(drawing, theme);
        } catch (failure) {
          if (signal.aborted) return;
          this.#put("", this.#slot);
          announce(this, "trust-error");
          throw failure;
        }
      });

      #show({ language, children, value, count, isEmpty }: Drawing, theme: string): void {
        const hides = isEmpty && flag(this.#get("hide-empty"));
        if (isEmpty && (hides || this.textContent!.trim())) this.#put("", !hides && this.#slot);
        else this.#put(theme, ...children);
        this.#stage.lang = language;
        this.#stage.dir = "ltr";
        if (!this.#isReady) announce(this, "trust-ready");
        this.#isReady = true;
        announce(this, "trust-data", { value, count });
      }

      #put(theme: string, ...children: (Node | false)[]): void {
        const shown = children.filter((child) => child !== false);
        this.#stage.className = theme;
        this.#stage.hidden = !shown.length;
        this.#stage.replaceChildren(...shown);
      }
    },
  );
};
