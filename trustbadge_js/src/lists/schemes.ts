/** Light or dark: what the page says, else what the text around an element is coloured for. */

const SCALES: Record<string, number> = { rgb: 255, rgba: 255, lab: 100, lch: 100 };

/** How light a computed CSS colour is, from 0 to 1; 0 for one that cannot be read. */
export const lightness = (color: string): number => {
  const [, space = "", list = ""] = /^([a-z]+)\((.*)\)$/.exec(color) ?? [];
  const [first = 0, green = 0, blue = 0] = (list.match(/(?<![\w-])[\d.]+/g) ?? []).map(Number);
  const share = /^(rgb|color)/.test(space) ? 0.3 * first + 0.59 * green + 0.11 * blue : first;
  return share / (SCALES[space] ?? 1);
};

/** The classes of a tree whose element has this `color-scheme`, in text of this colour. */
export const themeOf = (scheme: string, color: string): string => {
  if (scheme == "light") return "theme light";
  if (scheme == "dark") return "theme dark night";
  return lightness(color) > 0.5 ? "theme night" : "theme";
};
