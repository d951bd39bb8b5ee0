/** The badge while it is closed: the control that opens it, its links, and what it says. */

import { type Badge, isMarked } from "../engine/badges";
import { html } from "../engine/dom";
import { stars, tick } from "../engine/drawings";
import type { Engine } from "../engine/engine";
import type { Look } from "../engine/looks";

/** `button` opens the card, `close` hides a floating badge until the next page. */
export type Face = [face: HTMLElement, button: HTMLElement, close: HTMLElement, isEmpty: boolean];

/** The finished badge; a mark is drawn only while it is valid, stars only for a grade (3.4). */
export const faceOf = (engine: Engine, badge: Badge, look: Look): Face => {
  const {
    texts,
    grade: { rating },
  } = badge;
  const link = (part: string, page: string, name: string | undefined, picture: Node) =>
    html(
      "a",
      {
        part,
        href: `${engine.origin}/${badge.language}/${page}/${badge.shop.key}`,
        target: "_blank",
        "aria-label": name,
      },
      picture,
    );
  // The control's name says all of it; what is drawn beside it is for the eyes.
  const says = (part: string, text: string | undefined | false) =>
    text && html("span", { class: part, part, "aria-hidden": "true" }, text);
  const button = html("button", {
    class: "open",
    part: "button",
    "aria-label": texts.name,
    "aria-expanded": "false",
  });
  const close = html("button", { class: "close", part: "close", "aria-label": texts.close }, "×");
  const hasMark = isMarked(badge);
  const isGraded = look.variant != "mark";
  const face = html(
    "section",
    {
      class: `face ${look.variant} ${look.position} ${look.opensOn}`,
      part: "badge",
      "aria-label": texts.title,
    },
    button,
    hasMark && link("mark", "certificate", texts.certificate, tick()),
    isGraded && !!rating && link("stars", "profile", texts.profile, stars(rating, texts.rating!)),
    isGraded && says("rating", texts.rating),
    look.position != "inline" && close,
    look.variant == "card" && says("label", texts.label),
    isGraded && says("count", rating ? texts.count : texts.summary),
    says("operator", texts.operatedBySeller),
  );
  // A badge that is only a mark shows nothing while there is no valid one (EU-5).
  return [face, button, close, !hasMark && !isGraded];
};
