/** Settings as pages write them, with the mistakes that pages make; nothing here throws. */

type Setting = string | false | null | undefined;

/** The first of `given` that says something, in lower case; else "". */
export const word = (...given: Setting[]): string =>
  (given.find(Boolean) || "").trim().toLowerCase();

/** The first of `given` that begins with a whole number, from `lowest` to 999 px; else 0. */
export const pixels = (lowest: number, ...given: (Setting | number)[]): number => {
  const found = given.map((value) => parseInt(value as string)).find((value) => value == value);
  return Math.min(Math.max(found ?? 0, lowest), 999);
};

/** Whether a boolean attribute is set; pages also write `fade="false"`. */
export const flag = (value: string | null): boolean => value != null && value != "false";
