import assert from "node:assert/strict";
import { test } from "node:test";
import { type Grade, said } from "../src/lists/grades";
import { lightness, themeOf } from "../src/lists/schemes";
import { beginning } from "../src/reviews/items";
import { limitOf, listAddress } from "../src/reviews/queries";
import german from "../src/texts/de.json";
import english from "../src/texts/en.json";
import polish from "../src/texts/pl.json";

const PERIOD = { start: "2025-11-22", end: "2026-11-22", months: 12 };
const graded = (given: Partial<Grade>): Grade => ({
  state: "RATED",
  rating: 4.5,
  count: 312,
  period: PERIOD,
  allTimeCount: 1024,
  ...given,
});

test("a grade is said with its count and its period", () => {
  const { mean, summary, span } = said(english, "en", graded({}));
  assert.equal(mean, "4.50");
  assert.equal(summary, "4.50 of 5, 312 reviews, last 12 months");
  assert.match(span, /2025.*2026; 1,024 reviews in total$/);
});

test("numbers and plurals are those of the language", () => {
  assert.equal(said(german, "de", graded({ count: 1 })).summary, "4,50 von 5, 1 Bewertung, letzte 12 Monate");
  assert.match(said(polish, "pl", graded({ count: 3 })).counted, /^3 opinie, /);
  assert.match(said(polish, "pl", graded({ count: 5 })).counted, /^5 opinii, /);
});

test("too few reviews are counted and not graded", () => {
  const few: Grade = { state: "TOO_FEW", count: 3, period: PERIOD, allTimeCount: 3 };
  const { mean, rating, summary } = said(english, "en", few);
  assert.deepEqual([mean, rating], [undefined, undefined]);
  assert.equal(summary, "Too few reviews: 3 reviews, last 12 months");
});

test("without a review there is neither a star nor a zero", () => {
  const none: Grade = { state: "NONE", count: 0, period: PERIOD, allTimeCount: 0 };
  assert.equal(said(english, "en", none).summary, "No rating yet");
});

for (const [color, isLight] of [
  ["rgb(0, 0, 0)", false],
  ["rgb(238, 238, 238)", true],
  ["rgba(255, 255, 255, 0.9)", true],
  ["rgb(0, 0, 255)", false],
  ["color(srgb 0.9 0.9 0.9)", true],
  ["oklch(0.21 0.03 264)", false],
  ["oklab(0.98 0.001 0.002)", true],
  ["lab(96 0 0)", true],
  ["lch(12 30 270)", false],
  ["", false],
] as const)
  test(`text in ${color || "no colour"} is ${isLight ? "light" : "dark"}`, () => {
    assert.equal(lightness(color) > 0.5, isLight);
    assert.equal(themeOf("", color), isLight ? "theme night" : "theme");
    assert.equal(themeOf("light", color), "theme light");
    assert.equal(themeOf("dark", color), "theme dark night");
  });

test("a list is asked for under the one address that our host keeps", () => {
  assert.equal(listAddress("A/1 (x)", { limit: 20, sort: "newest" }), "products/A%2F1%20%28x%29/reviews.json");
  const query = { limit: 5, sort: "lowest", stars: "2", language: "", after: "rev-1", text: "" };
  assert.equal(listAddress("a", query), "products/a/reviews.json?after=rev-1&limit=5&sort=lowest&stars=2");
});

for (const [given, most, expected] of [
  [null, 10, 5],
  ["3", 10, 3],
  ["50", 10, 10],
  ["50", 100, 50],
  ["0", 10, 5],
  ["-4", 10, 1],
  ["many", 10, 5],
] as const)
  test(`limit ${given} of ${most} is ${expected}`, () => {
    assert.equal(limitOf(given, most), expected);
  });

test("a long text begins short, at the end of a word", () => {
  const long = "word ".repeat(100);
  assert.equal(beginning("short", 10), "short");
  assert.equal(beginning(long, 12), "word word…");
  assert.equal(beginning("x".repeat(50), 10), `${"x".repeat(5)}…`);
});
