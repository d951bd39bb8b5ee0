/** One review: whose words they are, what is known of the purchase, and what the shop replied. */

import { html } from "../engine/dom";
import { stars } from "../engine/drawings";
import type { Engine } from "../engine/engine";
import { filled } from "../engine/words";
import { linkTo, pageUrl } from "../lists/links";
import { dayIn } from "../lists/numbers";
import type { Spoken } from "../lists/widget";
import type { Image, Review } from "./payloads";

export interface Scene extends Spoken {
  engine: Engine;
  shopName: string;
  /** Long texts begin short where reviews stand side by side. */
  isBrief: boolean;
}

const BRIEF = 280;

/** The beginning of a text, to the end of a word; all of it when little more would follow. */
export const beginning = (text: string, most = BRIEF): string => {
  if (text.length <= most * 1.25) return text;
  const cut = text.slice(0, most);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), most / 2)).trimEnd()}…`;
};

/** Text as its author wrote it, in its own language and direction. */
const written = (name: string, kind: string, text: string, lang?: string): HTMLElement =>
  html(name, { class: kind, lang, dir: "auto" }, text);

const commentOf = ({ isBrief, words }: Scene, { comment, language }: Review) => {
  if (!comment) return html("p", { class: "quiet" }, words.wordless);
  const start = isBrief ? beginning(comment) : comment;
  const text = written("p", "comment", start, language);
  if (start == comment) return text;
  const button = html("button", { type: "button", part: "button" }, words.readOn);
  button.onclick = () => {
    text.textContent = comment;
    text.tabIndex = -1;
    text.focus();
    button.remove();
  };
  return html("div", {}, text, button);
};

const picture = ({ url, alt = "", width, height }: Image) =>
  html("img", { src: url, alt, width, height, loading: "lazy" });

const datesOf = ({ language, words }: Scene, review: Review): HTMLElement => {
  const { author, editedAt, experiencedOn, publishedAt } = review;
  const on = (text: string, moment: string | undefined) =>
    moment && ` · ${filled(text, { date: dayIn(language, moment) })}`;
  return html(
    "p",
    { class: "quiet" },
    html("span", { part: "author", dir: "auto" }, author?.name ?? words.nameless),
    on(words.published, publishedAt),
    on(words.bought, experiencedOn),
    on(words.edited, editedAt),
  );
};

/** What is proven of the purchase, and what that means. */
const proofOf = ({ words }: Scene, { level, verified }: Review): HTMLElement =>
  html(
    "details",
    { class: verified ? "proof verified" : "proof" },
    html("summary", {}, words[`level.${level}`]),
    html("p", {}, words[`why.${level}`]),
  );

/** Why it is outside the grade, and what the reader should know of it (UK-5, LVL-7). */
const labelsOf = ({ words }: Scene, review: Review): string[] => {
  const { counted, importedFrom, incentivised, notCounted } = review;
  const labels = [];
  if (incentivised) labels.push(words.rewarded);
  if (importedFrom) labels.push(filled(words.imported, { source: importedFrom }));
  if (notCounted == "OUTSIDE_WINDOW") labels.push(words.older);
  if (notCounted == "EARLIER_EPOCH") labels.push(words.earlier);
  if (!counted) labels.push(words.uncounted);
  return labels;
};

const replyOf = ({ language, shopName, words }: Scene, { reply }: Review) =>
  reply &&
  html(
    "div",
    { class: "reply", part: "reply" },
    html(
      "b",
      {},
      filled(words.reply, { name: shopName, date: dayIn(language, reply.createdAt) }),
    ),
    written("p", "comment", reply.text),
  );

/** An item of a list. */
export const itemOf = (scene: Scene, review: Review): HTMLElement => {
  const { engine, language, words } = scene;
  const { id, images = [], title } = review;
  const labels = labelsOf(scene, review).map((label) => html("li", {}, label));
  const row = stars(review.stars, filled(words.stars, { stars: review.stars }));
  row.setAttribute("part", "stars");
  return html(
    "li",
    { class: "review", part: "review", tabindex: -1 },
    row,
    title && written("b", "title", title, review.language),
    commentOf(scene, review),
    images.length > 0 && html("div", { class: "images" }, ...images.map(picture)),
    datesOf(scene, review),
    proofOf(scene, review),
    labels.length > 0 && html("ul", { class: "labels", role: "list" }, ...labels),
    replyOf(scene, review),
    linkTo(pageUrl(engine, language, `report/${engine.shop}?review=${id}`), words.report),
  );
};
