/** A grade in words, in any state, never without its count and period (schemas/grades.py). */

import { filled, type Words } from "../engine/words";
import { countedIn, dayIn, meanIn } from "./numbers";

export interface Grade {
  state: "RATED" | "TOO_FEW" | "NONE";
  rating?: number;
  count: number;
  period: { start: string; end: string; months: number };
  allTimeCount: number;
}

export interface Said {
  /** "4.82", while there is a grade. */
  mean?: string;
  /** "4.82 of 5", while there is a grade. */
  rating?: string;
  /** "312 reviews, last 12 months"; the reason where there is no grade. */
  counted: string;
  /** All of it in one line. */
  summary: string;
  /** The days of the period, and how many reviews there have ever been. */
  span: string;
}

export const said = (words: Words, language: string, grade: Grade): Said => {
  const { allTimeCount, count, period, rating, state } = grade;
  const reviews = countedIn(words, language, "reviews", count);
  const counted = `${reviews}, ${countedIn(words, language, "months", period.months)}`;
  const days = { start: dayIn(language, period.start), end: dayIn(language, period.end) };
  const total = filled(words.total, {
    reviews: countedIn(words, language, "reviews", allTimeCount),
  });
  const span = `${filled(words.period, days)}; ${total}`;
  if (state == "NONE") return { counted: words.noRating, summary: words.noRating, span };
  if (rating == null) {
    const few = `${words.tooFew}: ${counted}`;
    return { counted: few, summary: few, span };
  }
  const mean = meanIn(language, rating);
  const ofBest = filled(words.rating, { rating: mean });
  return { mean, rating: ofBest, counted, summary: `${ofBest}, ${counted}`, span };
};
