/** What <trust-stars> shows: stars, mean, count and period, and where they lead. */

import { html } from "../engine/dom";
import { stars } from "../engine/drawings";
import type { Words } from "../engine/words";
import { said } from "../lists/grades";
import { howLink, profileUrl, scrollTo } from "../lists/links";
import type { FoundProduct } from "../lists/products";
import type { Asked, Spoken } from "../lists/widget";

/** The picture's name says all of it; what stands beside it is for the eyes. */
const graded = (rating: number, mean: string, counted: string, label: string, span: string) => {
  const picture = stars(rating, label);
  picture.setAttribute("part", "stars");
  const unread = "true";
  return [
    picture,
    html("b", { part: "rating", "aria-hidden": unread }, mean),
    html("span", { part: "count", "aria-hidden": unread, title: span }, counted),
  ];
};

const signs = (words: Words, language: string, product: FoundProduct): [Element[], string] => {
  const { grade, operatedBySeller } = product;
  const operator = operatedBySeller ? ` · ${words.operated}` : "";
  if (!grade) return [[html("span", { part: "count" }, words.noRating + operator)], words.noRating];
  const { mean, counted, summary, span } = said(words, language, grade);
  const label = summary + operator;
  if (!mean) return [[html("span", { part: "count", title: span }, label)], label];
  return [graded(grade.rating!, mean, counted + operator, label, span), label];
};

export const faceOf = (
  { engine, get, host }: Asked,
  { words, language }: Spoken,
  product: FoundProduct,
): Element[] => {
  const [shown, label] = signs(words, language, product);
  const body = html("div", { class: "go" }, ...shown);
  // Inside a link or a button of the page they lead where that leads.
  if (host.closest("a,button")) return [body];
  const how = howLink(engine, language, words);
  if (!get("link-to")) return [body, how];
  const href = profileUrl(engine, language, "?about=products");
  const name = `${label}, ${words.all}`;
  const anchor = html(
    "a",
    { class: "go", part: "link", href, target: "_blank", "aria-label": name },
    ...shown,
  );
  scrollTo(anchor, get("link-to"));
  return [anchor, how];
};
