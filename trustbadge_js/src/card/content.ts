/** What the card says: the grade and its parts, the certificate, the latest reviews. */

import { isMarked } from "../engine/badges";
import { html, svg } from "../engine/dom";
import { stars, tick } from "../engine/drawings";
import type { Scene } from "../engine/scenes";
import { dayIn, filled, majorOf, moneyIn, type Words } from "../engine/words";
import type { GradeAnswer, Review, Sticker } from "./payloads";

export const pageUrl = ({ engine, badge }: Scene, page: string): string =>
  `${engine.origin}/${badge.language}/${page}`;

export const profileUrl = (scene: Scene): string =>
  pageUrl(scene, `profile/${scene.badge.shop.key}`);

export const certificateUrl = (scene: Scene): string =>
  pageUrl(scene, `certificate/${scene.badge.shop.key}`);

export const link = (href: string, text: string, part = "link"): HTMLElement =>
  html("a", { href, target: "_blank", part, class: part }, text);

const line = (text: string | undefined, kind = "quiet") => text && html("p", { class: kind }, text);

/** Everything that the badge already knows. */
export const known = (scene: Scene, words: Words): HTMLElement => {
  const { badge } = scene;
  const { grade, guarantee, language, mark, texts } = badge;
  const isValid = isMarked(badge);
  const certified = mark.validTo
    ? filled(words.certified, { date: dayIn(language, mark.validTo) })
    : words.certificate;
  const amount = guarantee && majorOf(guarantee.amountMinor, guarantee.currency);
  return html(
    "div",
    { class: "known" },
    html(
      "p",
      { class: "headline", part: "rating" },
      !!grade.rating && stars(grade.rating, texts.rating!),
      html("b", {}, texts.rating ?? texts.summary!),
      texts.label && ` ${texts.label}`,
    ),
    !!grade.rating && line(`${texts.count} (${texts.period})`),
    line(texts.allTime),
    html(
      "p",
      { class: "certificate", part: "mark" },
      isValid && tick(),
      link(certificateUrl(scene), isValid ? certified : words.uncertified),
    ),
    isValid &&
      guarantee &&
      line(
        filled(words.protected, {
          amount: moneyIn(language, amount!, guarantee.currency),
          days: guarantee.days,
        }),
        "",
      ),
    line(texts.operatedBySeller, "operator"),
    html(
      "details",
      {},
      html("summary", {}, words.how),
      line(texts.checked, ""),
      link(pageUrl(scene, "reviews/how"), words.more),
    ),
  );
};

const STARS = ["fiveStars", "fourStars", "threeStars", "twoStars", "oneStar"];

/** Five bars; they keep their room while the numbers are not there. */
export const bars = (words: Words, { distribution }: GradeAnswer): HTMLElement => {
  const counts = STARS.map((name) => distribution?.[name] ?? 0);
  const most = Math.max(...counts, 1);
  const rows = counts.map((count, index) => {
    const label = filled(words.row, { stars: 5 - index, count });
    const full = svg("rect", { class: "full", width: `${(100 * count) / most}%`, height: "100%" });
    return html(
      "li",
      {},
      html("span", { "aria-hidden": "true" }, `${5 - index} ★`),
      svg("svg", { class: "bar", role: "img", "aria-label": label }, full),
      html("span", { "aria-hidden": "true" }, distribution && String(count)),
    );
  });
  return html("ul", { class: "bars", role: "list", "aria-label": words.distribution }, ...rows);
};

const review = (given: Review, words: Words, language: string): HTMLElement => {
  const { author, comment, experiencedOn, publishedAt, title, verified } = given;
  const days = [filled(words.published, { date: dayIn(language, publishedAt) })];
  if (experiencedOn) days.push(filled(words.bought, { date: dayIn(language, experiencedOn) }));
  const label = filled(words.stars, { stars: given.stars });
  return html(
    "article",
    { part: "review" },
    stars(given.stars, label),
    html(
      "div",
      { lang: given.language, dir: "auto" },
      title && html("b", {}, title),
      line(comment, "comment"),
    ),
    html(
      "p",
      { class: "quiet" },
      html("span", { part: "author", dir: "auto" }, author?.name ?? words.nameless),
      ` · ${verified ? words.verified : words.unverified} · ${days.join(" · ")}`,
    ),
  );
};

/** The latest reviews, and what they are a selection of. */
export const latest = ({ badge }: Scene, words: Words, sticker: Sticker): HTMLElement =>
  html(
    "section",
    {},
    html("h3", { part: "heading" }, words.latest),
    line(sticker.selection.statement),
    ...sticker.reviews.map((each) => review(each, words, badge.language)),
  );
