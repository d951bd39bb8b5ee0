/** A product's list: filtered by stars and language, ordered, and read on page by page. */

import { html } from "../engine/dom";
import { read } from "../engine/engine";
import { guarded, tell } from "../engine/guard";
import { filled } from "../engine/words";
import { itemOf, type Scene } from "./items";
import type { ReviewPage } from "./payloads";
import { listAddress, type Query } from "./queries";

type Option = [value: string, name: string];

const ORDERS = ["newest", "oldest", "highest", "lowest"] as const;

const choice = (name: string, options: Option[], choose: (value: string) => void): HTMLElement => {
  const select = html(
    "select",
    {},
    ...options.map(([value, text]) => html("option", { value }, text)),
  ) as HTMLSelectElement;
  select.onchange = () => choose(select.value);
  return html("label", {}, html("span", {}, name), select);
};

/** The languages of the first reviews and the reader's own; others are found among all. */
const languagesOf = ({ language, words }: Scene, { reviews }: ReviewPage): Option[] => {
  const names = new Intl.DisplayNames(language, { type: "language" });
  const tags = new Set([language, ...reviews.flatMap((review) => review.language ?? [])]);
  const options = [...tags].map((tag): Option => [tag, names.of(tag) ?? tag]);
  return [["", words.anyLanguage], ...options];
};

/** Begins with `first`, and asks for more as the reader wishes; `signal` ends it. */
export const productList = (
  scene: Scene,
  sku: string,
  first: ReviewPage,
  query: Query,
  signal: AbortSignal,
): HTMLElement[] => {
  const { engine, words } = scene;
  const list = html("ul", { class: "list", role: "list", "aria-label": words.list });
  const status = html("p", { class: "quiet", role: "status" });
  const more = html("button", { class: "button", part: "button", type: "button" }, words.further);
  let turn = 0;

  const put = (page: ReviewPage, isMore: boolean) => {
    const items = page.reviews.map((review) => itemOf(scene, review));
    if (!isMore) list.replaceChildren();
    list.append(...items);
    query.after = page.cursors.after ?? "";
    more.hidden = !query.after;
    return items;
  };
  const load = guarded(async (isMore: boolean) => {
    const mine = ++turn;
    if (!isMore) query.after = "";
    list.setAttribute("aria-busy", "true");
    try {
      const page = await read<ReviewPage>(engine, listAddress(sku, query));
      if (mine != turn || signal.aborted) return;
      const items = put(page, isMore);
      const count = list.children.length;
      status.textContent = count ? filled(words.shown, { count }) : words.emptyChoice;
      // Whoever asked for more by key goes on reading where the new ones begin.
      if (isMore) items[0]?.focus({ preventScroll: true });
    } catch (failure) {
      if (mine == turn) status.textContent = words.retry;
      tell(failure);
    }
    if (mine == turn) list.removeAttribute("aria-busy");
  });
  const choose = (name: "stars" | "language" | "sort") => (value: string) => {
    query[name] = value;
    load(false);
  };
  const rows = [5, 4, 3, 2, 1].map((each): Option => [`${each}`, `${each} ★`]);
  const controls = html(
    "form",
    { class: "controls", part: "form" },
    choice(words.filterStars, [["", words.anyStars], ...rows], choose("stars")),
    choice(words.filterLanguage, languagesOf(scene, first), choose("language")),
    choice(words.sort, ORDERS.map((each): Option => [each, words[`sort.${each}`]]), choose("sort")),
  );
  more.onclick = () => load(true);
  put(first, false);
  return [controls, list, status, more];
};
