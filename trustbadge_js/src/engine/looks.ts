/** How one badge looks: its attributes, then what the shop has configured, then the defaults. */

import { pixels, word } from "./settings";

/** Words that nobody knows have no rule in the style sheet, and so look like the default. */
export interface Look {
  /** `mark`, `horizontal`, `card`; any other is `reviews`. */
  variant: string;
  /** `left`, `center`, `inline`; any other is `right`. */
  position: string;
  /** CSS px above the usual place. */
  offset: number;
  isDark: boolean;
  /** `click`; any other is `hover`. */
  opensOn: string;
  fades: boolean;
  hiddenWhen: string | null;
  /** The shop's, `#rrggbb` by name; only in the light scheme, whose colours they replace. */
  colors: Record<string, string> | undefined;
}

/** What the shop has configured (schemas/badges.py). */
export interface Config {
  variant?: string;
  position?: string;
  mobilePosition?: string;
  offset?: number;
  mobileOffset?: number;
  openOn?: string;
  colorScheme?: string;
  colors?: Record<string, string>;
  transmit?: string;
  /** Whether buyers are asked about products; they are unless this is false. */
  productReviews?: boolean;
}

/** Narrow windows have a position and an offset of their own (embed.md 3.2). */
export const lookOf = (
  get: (name: string) => string | null,
  config: Config,
  isNarrow: boolean,
  isNight: boolean,
): Look => {
  const scheme = word(get("color-scheme"), config.colorScheme);
  return {
    variant: word(get("variant"), config.variant),
    position: word(
      isNarrow && get("mobile-position"),
      get("position"),
      isNarrow ? config.mobilePosition : config.position,
    ),
    offset: isNarrow
      ? pixels(-10, get("mobile-offset"), config.mobileOffset)
      : pixels(-54, get("offset"), config.offset),
    isDark: scheme == "dark" || (scheme != "light" && isNight),
    opensOn: word(get("open-on"), config.openOn),
    fades: (get("fade") ?? "false") != "false",
    hiddenWhen: get("hidden-when"),
    colors: config.colors,
  };
};
