/** What stands above and below the reviews: the grade of all of them, and how they are checked. */

import { html } from "../engine/dom";
import { stars } from "../engine/drawings";
import { filled } from "../engine/words";
import type { Grade } from "../lists/grades";
import { said } from "../lists/grades";
import { linkTo, pageUrl, profileUrl, scrollTo } from "../lists/links";
import type { Scene } from "./items";

/** `name` is whose reviews they are; an unknown product has no grade. */
export const headOf = (
  scene: Scene,
  name: string | undefined,
  grade: Grade | undefined,
  isOperatedBySeller: boolean,
): HTMLElement => {
  const { engine, language, words } = scene;
  const { rating, counted, span } = grade
    ? said(words, language, grade)
    : { rating: undefined, counted: words.noRating, span: undefined };
  return html(
    "header",
    {},
    html(
      "h2",
      { part: "heading", tabindex: -1, dir: "auto" },
      filled(words.title, { name: name ?? scene.shopName }),
    ),
    html(
      "p",
      { class: "grade" },
      rating && stars(grade!.rating!, rating),
      rating && html("b", { part: "rating" }, rating),
      html("span", { part: "count" }, counted),
    ),
    isOperatedBySeller && html("p", { class: "quiet" }, words.operated),
    html(
      "details",
      {},
      html("summary", {}, words.how),
      span && html("p", {}, span),
      html("p", {}, words.checked),
      linkTo(pageUrl(engine, language, "reviews/how"), words.more),
    ),
  );
};

/** The way to all reviews: in the page, if it names a place, else on our host. */
export const footOf = (scene: Scene, query: string, place: string | null): HTMLElement => {
  const { engine, language, words } = scene;
  const all = linkTo(profileUrl(engine, language, query), words.all);
  if (place) scrollTo(all, place);
  return html("p", { class: "foot" }, all);
};
