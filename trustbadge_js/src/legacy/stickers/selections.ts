/** A part of a shop's latest reviews, and what is said about it (embed.md 5.1, FR-1a). */

import type { Review } from "../../reviews/payloads";
import { filled } from "../../engine/words";
import texts from "./selections.json";

export interface Selection {
  /** Only reviews with more stars; 0 takes all. */
  betterThan: number;
  /** Only texts of at least as many characters; 0 takes all. */
  minLength: number;
}

export const isSelected = ({ betterThan, minLength }: Selection, review: Review): boolean =>
  review.stars > betterThan && (review.comment ?? "").length >= minLength;

/** What else limits the choice, in `language`; "" where nothing does. */
export const statementOf = ({ betterThan, minLength }: Selection, language: string): string => {
  const words = (texts as Record<string, typeof texts.en>)[language] ?? texts.en;
  const parts = [];
  if (betterThan > 0) parts.push(filled(words.stars, { stars: betterThan }));
  if (minLength > 0) parts.push(filled(words.length, { length: minLength }));
  return parts.join(" ");
};
