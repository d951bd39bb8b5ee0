/** The compatibility layer: what older tags say and do becomes <trust-badge> (embed.md 3). */

import { isNarrow } from "../badge/element";
import { type Badge, know } from "../engine/badges";
import { html } from "../engine/dom";
import { chunk, type Engine } from "../engine/engine";
import { guarded } from "../engine/guard";
import { lazyElements } from "../engine/lazy";
import { lookForOrder } from "../engine/orders";
import type { Scene } from "../engine/scenes";
import { nextTask } from "../engine/tasks";
import { defineBadge } from "./badge";
import { CHECKOUT, markCards, markFace } from "./hooks";
import { type Layer, shownBadge, tellPage, translateEvents } from "./methods";
import { placeOf } from "./places";
import { type Settings, settingsOf } from "./settings";
import { type Given, given } from "./values";

declare const _tsConfig: unknown;

/** The chunk debug.js. */
interface DebugChunk {
  explain(config: Given, data: Given): void;
}

/** The chunk opening.js. */
interface OpeningChunk {
  turnCard(badge: Element, opening: string): void;
}

/** How long a badge waits for its place in the page. */
const PATIENCE_MS = 15_000;

/** What the page says now; a page that is being moved has several tags of one shop. */
const saidBy = (shop: string, tag: HTMLScriptElement): [config: Given, data: Given] => {
  const tags = document.querySelectorAll<HTMLElement>(`script[src*="/js/${shop}" i]`);
  const datasets = [tag, ...tags].map(({ dataset }) => dataset);
  return [
    given(typeof _tsConfig == "undefined" ? {} : _tsConfig),
    Object.assign({}, ...datasets),
  ];
};

const setAttributes = (host: Element, attributes: Settings["attributes"]) => {
  for (const [name, value] of Object.entries(attributes))
    if (!value) host.removeAttribute(name);
    else if (host.getAttribute(name) != value) host.setAttribute(name, value);
};

/** The element for the order card in the page, if the page has a place for it. */
const orderPlaceIn = (id: string, { stage }: Scene): HTMLElement | undefined => {
  const target = document.getElementById(id);
  if (!target) return;
  document.getElementById(CHECKOUT)?.remove();
  const place = html("div", { class: stage.className });
  target.append(html("div", { id: CHECKOUT }, place));
  return place;
};

const arrange = (scene: Scene, outer: HTMLElement, settings: Settings) => {
  const { badge, face, look } = scene;
  const { height, isHidden, isInline, width } = settings;
  markFace(face, badge.grade.rating);
  if (isHidden) face.remove();
  outer.dataset.position = look.position;
  const size = (name: string, px: number | undefined) =>
    outer.style.setProperty(name, px == null ? null : `${px}px`);
  size("--o", look.offset);
  size("--trust-badge-width", isInline ? width : undefined);
  size("--trust-badge-height", isInline ? height : undefined);
};

/** Shows the badge of the shop whose tag this is; `layer` is what this resolves to. */
export const startLayer = async (
  badge: Badge,
  tag: HTMLScriptElement,
  layer: Promise<Layer>,
): Promise<Layer> => {
  const shop = badge.shop.key;
  const engine: Engine = { origin: new URL(tag.src).origin, shop, nonce: tag.nonce };
  const said = saidBy(shop, tag);
  let settings = settingsOf(...said, isNarrow.matches);
  let body: Element | null = null;
  let until = 0;
  let isLoaded = false;

  const load = () => {
    until = performance.now() + PATIENCE_MS;
    body = null;
    isLoaded = true;
    observer.observe(document, { childList: true, subtree: true });
    look();
  };
  const remove = () => {
    isLoaded = false;
    observer.disconnect();
    place.remove();
    document.getElementById(CHECKOUT)?.remove();
  };

  const staged = (scene: Scene) => {
    if (scene.host == own && place.outer) arrange(scene, place.outer, settings);
    // An order may come long after the badge.
    const get = () => orderPlaceIn(settings.checkout, scene);
    lookForOrder(Object.defineProperty(scene, "orderPlace", { get }));
  };
  const put = guarded(() => {
    settings = settingsOf(...saidBy(shop, tag), isNarrow.matches);
    setAttributes(own, settings.attributes);
    const others = shownBadge();
    if (others && others != own) place.remove();
    else if (!place.put(settings, isNarrow.matches)) return;
    body = document.body;
  });
  const look = guarded(() => {
    // Once it has its place, nobody who takes it away has to fight with us.
    if (body != document.body && (body || performance.now() < until)) put();
    findLazy();
    lookForOrder();
    const cards = [own, document.getElementById(CHECKOUT)];
    if (cards.some((parent) => parent && markCards(parent, settings.isApp)))
      tellPage("checkout_card_prepared");
  });

  const observer = new MutationObserver(look);
  const findLazy = lazyElements(engine);
  know(badge);
  const own = defineBadge(engine, staged, layer);
  const place = placeOf(own, tag);
  isNarrow.addEventListener("change", () => isLoaded && put());
  const turn = guarded(async () => {
    const { opening } = settings;
    if (opening) (await chunk<OpeningChunk>(engine, "opening")).turnCard(own, opening);
  });
  own.addEventListener("trust-open", turn);
  // What has come with the script is there in any case, in the shop's language.
  own.addEventListener("trust-error", () => {
    if (own.lang == badge.language) return;
    own.lang = badge.language;
    own.connectedCallback();
  });
  translateEvents();
  await nextTask();
  load();
  if ("debug" in said[1])
    guarded(async () => (await chunk<DebugChunk>(engine, "debug")).explain(...said))();
  return { load, remove };
};
