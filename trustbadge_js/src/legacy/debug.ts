/** The chunk debug.js: tells shops with `data-debug` which of their settings nobody reads. */

import { type Given, given } from "./values";

const KEYS =
  "yOffset variant customElementId trustcardDirection customBadgeWidth customBadgeHeight " +
  "disableResponsive disableTrustbadge trustCardTrigger customCheckoutElementId responsive " +
  "sourceUrl config";
const RESPONSIVE = "variant customElementId position yOffset";
const DEVICE =
  "YOffset Position DisableReviews EnableCustom CustomWidth CustomOpeningDirection " +
  "CustomElementId EnableFadeout";
const DATA =
  "debug consent disableMobile disableTrustbadge colorScheme mobileEnableTopbar " +
  ["desktop", "mobile"]
    .flatMap((device) =>
      DEVICE.split(" ").map((name) => device + name),
    )
    .join(" ");

const unread = (settings: Given, known: string, name: (key: string) => string): string[] =>
  Object.keys(settings)
    .filter((key) => !known.split(" ").includes(key))
    .map(name);

const attribute = (key: string): string =>
  `data-${key.replace(/[A-Z]/g, (sign) => `-${sign.toLowerCase()}`)}`;

/** The names of what is ignored, as the page wrote them. */
export const ignored = (config: Given, data: Given): string[] => [
  ...unread(config, KEYS, (key) => `_tsConfig.${key}`),
  ...unread(given(config.responsive), RESPONSIVE, (key) => `_tsConfig.responsive.${key}`),
  ...unread(data, DATA, attribute),
];

export const explain = (config: Given, data: Given): void => {
  const names = ignored(config, data);
  if (names.length) console.warn("trustwright ignores", names.join(", "));
};
