/** Numbers, counts and days in words; the browser's formats are slow to make, so they are kept. */

import { filled, type Words } from "../engine/words";

const kept = <T>(make: (language: string) => T): ((language: string) => T) => {
  const made: Record<string, T> = {};
  return (language) => (made[language] ??= make(language));
};

const counts = kept((language) => new Intl.NumberFormat(language));
const means = kept((language) => new Intl.NumberFormat(language, { minimumFractionDigits: 2 }));
const days = kept(
  (language) => new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }),
);
const plurals = kept((language) => new Intl.PluralRules(language));

/** A mean with its two decimals: 4.5 is "4.50", in German "4,50". */
export const meanIn = (language: string, mean: number): string => means(language).format(mean);

/** A day in words; `moment` is a date or a moment in UTC (ISO 8601). */
export const dayIn = (language: string, moment: string): string =>
  days(language).format(new Date(moment));

/** The text of `name` in the plural form that `count` asks for. */
export const countedIn = (
  words: Words,
  language: string,
  name: "reviews" | "months",
  count: number,
): string => {
  const forms: Record<string, string> = words;
  const form = forms[`${name}.${plurals(language).select(count)}`] ?? words[`${name}.other`];
  return filled(form, { count: counts(language).format(count) });
};
