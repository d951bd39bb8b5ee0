/** The badge as our host sends it (schemas/badges.py), asked for once in each language. */

import { type Engine, read } from "./engine";
import type { Config } from "./looks";

export interface Grade {
  rating?: number;
  count: number;
  allTimeCount: number;
}

export interface Cover {
  currency: string;
  amountMinor: number;
}

export interface Guarantee extends Cover {
  days: number;
  guarantor: string;
  /** What is free of charge by the buyer's country; the last one, "*", stands for all others. */
  tiers: (Cover & { country: string })[];
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

/** Whether its mark holds now: not after its last UTC day, however old the answer is. */
export const isMarked = ({ mark }: Badge): boolean =>
  // A day of ours and a "U" stand behind every moment of that day, which goes on with a "T".
  mark.status == "VALID" && `${mark.validTo}U` > new Date().toJSON();

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
