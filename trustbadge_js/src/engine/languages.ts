/** The language of our words: what the element says, then the page, then the shop. */

const SPOKEN = /^\s*(fr|de|en|es|it|nl|pl)(?![a-z])/i;

/** The first of two BCP 47 tags whose language we speak, without its region; else "". */
export const spoken = (tag: string, next: string): string =>
  (SPOKEN.exec(tag) ?? SPOKEN.exec(next))?.[1]!.toLowerCase() ?? "";

/** "" leaves it to the shop. */
export const languageOf = ({ lang }: HTMLElement): string =>
  spoken(lang, document.documentElement.lang);
