/** The badge as our host sends it (schemas/badges.py), asked for once in each language. */

import { type Engine, read } from "./engine";
import type { Config } from "./looks";

export interface Grade {
  rating?: number;
  count: number;
  allTimeCount: number;
}

export interface Guarantee {
  currency: string;
  amountMinor: number;
  days: number;
}

export interface Badge {
  shop: { key: string; name: string; language: string };
  operatedBySeller: boolean;
  language: string;
  mark: { status: string; validFrom?: string; validTo?: string };
  grade: Grade;
  guarantee?: Guarantee;
  texts: Record<string, string>;
  config: Config;
}

let asked: Record<string, Promise<Badge>> = {};

/** The badge in `language`, in the shop's where that is "". Rejects when it does not arrive. */
export const badgeIn = (engine: Engine, language: string): Promise<Badge> =>
  (asked[language] ??= read<Badge>(engine, `badge.json${language && `?lang=${language}`}`));

export const forget = (): void => {
  asked = {};
};

/** Takes a badge that has come with the script, in the shop's language. */
export const know = (badge: Badge): void => {
  asked[""] = asked[badge.language] = Promise.resolve(badge);
};
