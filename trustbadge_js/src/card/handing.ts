/** Hands an order over: exactly what the buyer has chosen and can look at (embed.md 4.4). */

import type { Badge } from "../engine/badges";
import type { Engine } from "../engine/engine";
import type { Order, Wish } from "./orders";

export interface Answer {
  protection?: { cover: number; currency: string; end: string };
  review?: string;
}

/** All that is sent; `country` is where the buyer lives, asked only for protection. */
export const handOver = (order: Order, badge: Badge, wants: Wish[], country = ""): object => ({
  ...order,
  wants,
  ...(wants.includes("protection") && { country }),
  lang: badge.language,
  // The words that the buyer has read are those of this release.
  textVersion: VERSION,
});

/** Why our host has refused an order, in words for people. */
export class Refused extends Error {}

/** Rejects when the order was not taken; sending it again is harmless. */
export const send = async ({ origin, shop }: Engine, body: object): Promise<Answer> => {
  const answer = await fetch(`${origin}/v1/shops/${shop}/orders`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) {
    const { Message = "" } = (await answer.json().catch(() => ({}))) as { Message?: string };
    throw new Refused(Message);
  }
  return answer.json();
};

/** Resolves once the page has the consent that the tag says is required, at once if it does not. */
export const consent = ({ origin }: Engine): Promise<void> =>
  new Promise((resolve) => {
    const isRequired = [...document.scripts].some(
      ({ dataset, src }) => src.startsWith(origin) && dataset.consent == "required",
    );
    if (!isRequired) return resolve();
    addEventListener("trust-consent", (event) => {
      if ((event as CustomEvent<{ granted?: boolean }>).detail?.granted === true) resolve();
    });
  });
