// What is built, and how large it may become: bytes after gzip, which fail the build.
const KB = 1024;

export const TARGET = ["es2022", "chrome101", "firefox101", "safari16.4"];

/** name: [entry, format, budget]; an "iife" is loaded by a tag, an "esm" by import(). */
export const BUNDLES = {
  "badge.js": ["src/badge.ts", "iife", 4 * KB],
  "card.js": ["src/card.ts", "esm", 6 * KB],
  "order.js": ["src/order.ts", "esm", 4 * KB],
  "stars.js": ["src/stars.ts", "esm", 8 * KB],
  "reviews.js": ["src/reviews.ts", "esm", 8 * KB],
  // The shop's badge is put in front of it, and both together have 8 KB.
  "loader.js": ["src/legacy/loader.ts", "iife", 7 * KB],
  "ts-sticker.js": ["src/legacy/tsSticker.ts", "iife", 8 * KB],
  "ts-product-sticker.js": ["src/legacy/tsProductSticker.ts", "iife", 8 * KB],
  "ts-product-sticker-summary.js": ["src/legacy/tsProductStickerSummary.ts", "iife", 8 * KB],
  "elements.js": ["src/legacy/elements.ts", "iife", 8 * KB],
  "opening.js": ["src/legacy/openings.ts", "esm", 2 * KB],
  "debug.js": ["src/legacy/debug.ts", "esm", 2 * KB],
  "integration.js": ["src/legacy/integration.ts", "iife", 8 * KB],
};

export const LANGUAGES = ["fr", "de", "en", "es", "it", "nl", "pl"];
export const TEXTS_BUDGET = 2 * KB;
