/** The words of cards and lists, from texts.{language}.js; numbers and days are the browser's. */

import type english from "../texts/en.json";
import { chunk, type Engine } from "./engine";

export type Words = Record<keyof typeof english, string>;

export const wordsIn = async (engine: Engine, language: string): Promise<Words> =>
  (await chunk<{ default: Words }>(engine, `texts.${language}`)).default;

/** A text with its gaps, such as {date}, filled. */
export const filled = (text: string, values: Record<string, string | number>): string =>
  text.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap));

// Europe writes 21 November 2025; plain "en" would be American.
const localeOf = (language: string): string => (language == "en" ? "en-GB" : language);

/** A day in words; `moment` is a date or a moment in UTC (ISO 8601). */
export const dayIn = (language: string, moment: string): string =>
  new Date(moment).toLocaleDateString(localeOf(language), { dateStyle: "long", timeZone: "UTC" });

/** An amount of a currency (ISO 4217), given in its major unit. */
export const moneyIn = (language: string, amount: number, currency: string): string =>
  amount.toLocaleString(localeOf(language), { style: "currency", currency });

/** The major unit of an amount in minor units: 250000 of EUR is 2500, of JPY 250000. */
export const majorOf = (minor: number, currency: string): number =>
  minor /
  10 ** new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits!;
