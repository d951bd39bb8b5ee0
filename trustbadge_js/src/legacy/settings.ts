/** What older tags say about the badge, in the words of <trust-badge> (embed.md 3.1, 3.2, 8.6).
 *
 * The attributes of the tag precede `_tsConfig`; what neither says is left to the server.
 */

import { clamped, type Given, given, idIn, integer, isOn, worded } from "./values";

export interface Settings {
  /** Attributes of <trust-badge>; an absent one is left to what the shop has configured. */
  attributes: Record<string, string | undefined>;
  /** No badge is shown; card and order card stay. */
  isHidden: boolean;
  /** The badge stands in the page, in the element with the id `target` if there is one. */
  isInline: boolean;
  target: string;
  /** The badge is a bar at the top of the window. */
  isTopbar: boolean;
  /** CSS px of a badge that stands in the page; undefined leaves it to the style sheet. */
  width: number | undefined;
  height: number | undefined;
  /** To which side the card of such a badge opens; "" leaves it to the room there is. */
  opening: string;
  /** The id of the element in which the order card stands; "" is beside the badge. */
  checkout: string;
  /** A native app has opened the page (3.6). */
  isApp: boolean;
}

/** CSS px. */
const CUSTOM_WIDTH = 156;
const LOWEST = { desktop: -54, mobile: -10 };
const HIGHEST = 999;

const first = <T>(...values: (T | undefined)[]): T | undefined =>
  values.find((value) => value != null);

const sized = (value: unknown): number | undefined => {
  const found = integer(value);
  return found && clamped(found, 40, 90);
};

/** `config` is `_tsConfig`, `data` the dataset of the tag; windows up to 767 px are narrow. */
export const settingsOf = (config: Given, data: Given, isNarrow: boolean): Settings => {
  const device = isNarrow ? "mobile" : "desktop";
  const said = (name: string) => data[device + name] || undefined;
  const switched = (name: string, other?: boolean) => {
    const value = said(name);
    return value ? isOn(value) : other;
  };
  // What `_tsConfig` says about narrow windows alone.
  const own = given(isNarrow && !isOn(config.disableResponsive) && config.responsive);
  const variant = worded(own.variant, config.variant);
  const isNamed = !!own.variant || "variant" in config;
  const isMark = switched(
    "DisableReviews",
    isNamed ? /^(default|small|custom|floating)$/.test(variant) : undefined,
  );
  const isInline = switched("EnableCustom", variant.startsWith("custom"))!;
  const place = [said("Position"), own.position]
    .map((value) => worded(value))
    .find((value) => /^(left|right)$/.test(value) || (isNarrow && value == "center"));
  const offset = first(...[said("YOffset"), own.yOffset, config.yOffset].map(integer));
  const scheme = worded(data.colorScheme);
  const opening = worded(said("CustomOpeningDirection"), config.trustcardDirection);
  const trigger = worded(config.trustCardTrigger);
  return {
    attributes: {
      variant: isMark == null ? isMark : isMark ? "mark" : "reviews",
      position: isInline ? "inline" : place,
      [isNarrow ? "mobile-offset" : "offset"]:
        offset == null ? offset : String(clamped(offset, LOWEST[device], HIGHEST)),
      fade: switched("EnableFadeout", isNarrow) ? "true" : undefined,
      "color-scheme": scheme ? (/^(light|dark)$/.test(scheme) ? scheme : "auto") : undefined,
      "open-on": trigger ? (trigger == "click" ? trigger : "hover") : undefined,
    },
    isHidden:
      (isNarrow && isOn(data.disableMobile)) ||
      (data.disableTrustbadge
        ? isOn(data.disableTrustbadge)
        : isOn(config.disableTrustbadge) || variant.startsWith("hide")),
    isInline,
    target: idIn(said("CustomElementId"), own.customElementId, config.customElementId),
    isTopbar: isNarrow && isOn(data.mobileEnableTopbar),
    width:
      integer(said("CustomWidth")) ||
      sized(config.customBadgeWidth) ||
      (said("EnableCustom") ? CUSTOM_WIDTH : undefined),
    height: sized(config.customBadgeHeight),
    opening: isInline ? (/^(top|bottom)(left|right)$/.exec(opening)?.[0] ?? "") : "",
    checkout: idIn(config.customCheckoutElementId),
    isApp: worded(config.config).startsWith("sdk_"),
  };
};
