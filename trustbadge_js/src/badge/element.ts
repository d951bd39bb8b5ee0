/** <trust-badge>: draws itself from the payload; what happens to it is the card's business. */

import { type Badge, badgeIn, forget } from "../engine/badges";
import { announce, dress, html } from "../engine/dom";
import { chunk, type Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import { languageOf } from "../engine/languages";
import { lookOf } from "../engine/looks";
import type { Card, CardChunk, Scene } from "../engine/scenes";
import { nextTask } from "../engine/tasks";
import { faceOf } from "./face";
import css from "./face.css";
import { giveWay } from "./room";

const ATTRIBUTES =
  "shop lang variant position mobile-position offset mobile-offset open-on fade " +
  "hidden-when color-scheme";
const INTENT = "pointerenter pointerleave focusin focusout click";

export const isNarrow = matchMedia("(max-width:767px)");
const isNight = matchMedia("(prefers-color-scheme:dark)");

/** The class of the element; `staged` hears of each badge that is drawn. */
export const badgeElement = (engine: Engine, staged: (scene: Scene) => void) =>
  class extends HTMLElement {
    static observedAttributes = ATTRIBUTES.split(" ");

    #root = this.attachShadow({ mode: "open" });
    #slot = html("slot");
    #stage = html("div");
    #drawing: AbortController | undefined;
    #scene: Scene | undefined;
    #tellDrawn!: () => void;
    #isDrawn = new Promise<void>((resolve) => (this.#tellDrawn = resolve));
    #isClosed: boolean | undefined;

    constructor() {
      super();
      dress(this.#root, css, engine.nonce);
      // What the page put inside stays visible until there is something to show.
      this.#root.append(this.#slot);
    }

    connectedCallback(): void {
      this.#draw();
    }

    disconnectedCallback(): void {
      this.close();
      this.#drawing!.abort();
    }

    attributeChangedCallback(): void {
      if (this.isConnected && this.#scene) this.#draw();
    }

    open(): void {
      this.#withCard((card) => card.open(true));
    }

    close(): void {
      if (this.#scene?.card) this.#withCard((card) => card.close());
    }

    /** Asks for the data again and draws them. */
    refresh(): void {
      forget();
      this.#draw();
    }

    #draw = guarded(async () => {
      this.#drawing?.abort();
      const { signal } = (this.#drawing = new AbortController());
      const shop = this.getAttribute("shop") || engine.shop;
      if (!shop || shop != (engine.shop ||= shop)) return;
      try {
        await this.#render(await badgeIn(engine, languageOf(this)), signal);
      } catch (failure) {
        announce(this, "trust-error");
        throw failure;
      }
    });

    async #render(badge: Badge, signal: AbortSignal): Promise<void> {
      await nextTask();
      const get = this.getAttribute.bind(this);
      const look = lookOf(get, badge.config, isNarrow.matches, isNight.matches);
      const [face, button, close, isEmpty] = faceOf(engine, badge, look);
      await nextTask();
      if (signal.aborted) return;
      const former = this.#scene;
      const stage = this.#stage;
      this.close();
      former?.face.remove();
      stage.className = look.isDark ? "theme dark" : "theme";
      stage.lang = badge.language;
      if (!this.#isClosed && !isEmpty) stage.prepend(face);
      this.#slot.replaceWith(stage);
      for (const [name, value] of Object.entries({ offset: `${look.offset}px`, ...look.colors }))
        stage.style.setProperty(`--c-${name}`, value);
      for (const media of [isNarrow, isNight])
        media.addEventListener("change", this.#draw, { signal });
      for (const type of INTENT.split(" ")) face.addEventListener(type, this.#meet);
      close.onclick = () => {
        this.#isClosed = true;
        face.remove();
      };
      giveWay(face, this, look, signal);
      const scene = { engine, badge, host: this, stage, root: this.#root, face, button, look };
      staged((this.#scene = scene));
      this.#tellDrawn();
      if (!former) announce(this, "trust-ready");
      announce(this, "trust-data", { value: badge.grade.rating, count: badge.grade.count });
    }

    #withCard = guarded(async (work: (card: Card) => void) => {
      // Pages may open the card before the badge is there.
      await this.#isDrawn;
      const scene = this.#scene!;
      // One promise for all: events have to come to the card in their order.
      scene.card ??= chunk<CardChunk>(engine, "card").then(({ cardOf }) => cardOf(scene));
      work(await scene.card);
    });

    // Only now does the event know where inside the badge it happened.
    #meet = (event: Event, { target } = event) =>
      this.#withCard((card) => card.meet(event, target as Element));
  };
