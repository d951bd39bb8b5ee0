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

export class Place {
  /** The outermost element of ours, once there is one. */
  outer: HTMLElement | undefined;

  constructor(
    readonly host: HTMLElement,
    readonly tag: Element,
  ) {}

  /** Puts the badge where it belongs, unless it is there already; false while it cannot. */
  put(settings: Settings, isNarrow: boolean): boolean {
    const spot = this.#find(settings, isNarrow);
    if (!spot) return false;
    const { parent, id, inner, after } = spot;
    const old = this.outer;
    const isThere = old?.parentNode == parent && old.id == id;
    if (isThere && (old.dataset.inner ?? "") == inner) return true;
    this.remove();
    const content = inner ? html("div", { id: inner }, this.host) : this.host;
    this.outer = id ? html("div", { id, "data-inner": inner || null }, content) : this.host;
    if (after) after.after(this.outer);
    else parent.append(this.outer);
    return true;
  }

  remove(): void {
    this.outer?.remove();
  }

  /** Null while the place is not there. */
  #find({ isApp, isInline, isTopbar, target }: Settings, isNarrow: boolean): Spot | null {
    const { body } = document;
    if (isInline) {
      const id = inlineId(isNarrow);
      const named = document.getElementById(target || id);
      if (target) return named && { parent: named, id, inner: "" };
      if (named && named != this.outer) return { parent: named, id: "", inner: "" };
      const parent = this.tag.parentElement!;
      if (body?.contains(this.tag)) return { parent, id, inner: "", after: this.tag };
    }
    return body && { parent: body, id: CONTAINER, inner: isApp ? APP : isTopbar ? TOPBAR : "" };
  }
}
