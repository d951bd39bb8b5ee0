/** Where the badge stands: floating in a container of its own, or in the page (3.2, 3.6). */

import { html } from "../engine/dom";
import { APP, CONTAINER, inlineId, TOPBAR } from "./hooks";
import type { Settings } from "./settings";

interface Spot {
  parent: Element;
  /** The container's id; "" where the page has brought it along. */
  id: string;
  /** The id of a further container inside, or "". */
  inner: string;
  after?: Element;
}

export interface Place {
  /** The outermost element of ours, once there is one. */
  outer: HTMLElement | undefined;
  /** Puts the badge where it belongs, unless it is there already; false while it cannot. */
  put(settings: Settings, isNarrow: boolean): boolean;
  remove(): void;
}

/** `host` is the badge, `tag` the script that it may stand behind. */
export const placeOf = (host: HTMLElement, tag: Element): Place => {
  /** Null while the place is not there. */
  const find = (settings: Settings, isNarrow: boolean): Spot | null => {
    const { isApp, isInline, isTopbar, target } = settings;
    const { body } = document;
    if (isInline) {
      const id = inlineId(isNarrow);
      const named = document.getElementById(target || id);
      if (target) return named && { parent: named, id, inner: "" };
      if (named && named != place.outer) return { parent: named, id: "", inner: "" };
      const parent = tag.parentElement!;
      if (body?.contains(tag)) return { parent, id, inner: "", after: tag };
    }
    return body && { parent: body, id: CONTAINER, inner: isApp ? APP : isTopbar ? TOPBAR : "" };
  };
  const place: Place = {
    outer: undefined,
    put(settings, isNarrow) {
      const spot = find(settings, isNarrow);
      if (!spot) return false;
      const { parent, id, inner, after } = spot;
      const old = place.outer;
      const isThere = old?.parentNode == parent && old.id == id;
      if (isThere && (old.dataset.inner ?? "") == inner) return true;
      place.remove();
      const content = inner ? html("div", { id: inner }, host) : host;
      const outer = id ? html("div", { id, "data-inner": inner || null }, content) : host;
      if (after) after.after(outer);
      else parent.append(outer);
      place.outer = outer;
      return true;
    },
    remove() {
      place.outer?.remove();
    },
  };
  return place;
};
