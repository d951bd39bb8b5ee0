/** Values as older snippets write them: strings, booleans, template checkboxes, typos. */

export type Given = Record<string, unknown>;

/** The properties of anything, also of nothing at all. */
export const given = (value: unknown): Given => Object(value);

/** Whether a setting is on; templates print checkboxes as `1`, `on` or `yes`. */
export const isOn = (value: unknown): boolean => /^\s*(true|1|on|yes)\s*$/i.test(String(value));

/** The whole number that `value` begins with, or undefined. */
export const integer = (value: unknown): number | undefined => {
  const found = parseInt(String(value));
  return found == found ? found : undefined;
};

export const clamped = (number: number, lowest: number, highest: number): number =>
  Math.min(Math.max(number, lowest), highest);

/** An id as pages name it; some put the sign of a selector in front. */
export const idIn = (...names: unknown[]): string =>
  names.map((name) => (name ? String(name).trim().replace(/^#/, "") : "")).find(Boolean) ?? "";

/** The first of `values` that says something, in lower case; else "". */
export const worded = (...values: unknown[]): string =>
  String(values.find(Boolean) ?? "").trim().toLowerCase();
