/** Values of stickers as shops write them (embed.md 5). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lengthIn, skusIn, textIn } from "../src/legacy/scripts";
import { isSelected, statementOf } from "../src/legacy/stickers/selections";
import type { Review } from "../src/reviews/payloads";

test("a list of SKUs is one, several, or written with commas and spaces", () => {
  const rows: [unknown, string][] = [
    ["4711", "4711"],
    [4711, "4711"],
    [["a", " b ", ""], "a,b"],
    ["a, b", "a, b"],
    [[["a"], ["b"]], "a,b"],
    [undefined, ""],
    [null, ""],
    [[null, undefined], ""],
  ];
  for (const [value, expected] of rows) assert.equal(skusIn(value), expected);
});

test("of introductions only the text is left", () => {
  const rows: [unknown, string][] = [
    ["<b>Our</b> customers", "Our customers"],
    ["One<br />two", "One two"],
    ["<script>alert(1)</script>Hello", "Hello"],
    ["<style>p { color: red }</style> Hello", "Hello"],
    ["Fish &amp; chips&nbsp;&quot;&#039;&lt;3", "Fish & chips \"'<3"],
    ["5 < 6", "5 < 6"],
    [undefined, ""],
    [null, ""],
    [12, "12"],
  ];
  for (const [value, expected] of rows) assert.equal(textIn(value), expected);
});

test("a length is a number of CSS pixels, with or without the unit", () => {
  const rows: [unknown, string][] = [
    ["15px", "15px"],
    ["15", "15px"],
    [15, "15px"],
    [" 15 PX ", "15px"],
    ["1.5px", "1.5px"],
    ["15em", ""],
    ["15px; color: red", ""],
    ["-4px", ""],
    [undefined, ""],
    [true, ""],
  ];
  for (const [value, expected] of rows) assert.equal(lengthIn(value), expected);
});

const review = (stars: number, comment?: string): Review =>
  ({ stars, ...(comment == null ? {} : { comment }) }) as Review;

test("a selection takes what is better and long enough", () => {
  const selection = { betterThan: 3, minLength: 5 };
  assert.equal(isSelected(selection, review(4, "12345")), true);
  assert.equal(isSelected(selection, review(3, "12345")), false);
  assert.equal(isSelected(selection, review(4, "1234")), false);
  assert.equal(isSelected(selection, review(4)), false);
  assert.equal(isSelected({ betterThan: 0, minLength: 0 }, review(1)), true);
});

test("whatever limits a selection is said, in every language", () => {
  for (const language of ["fr", "de", "en", "es", "it", "nl", "pl"]) {
    const said = statementOf({ betterThan: 3, minLength: 10 }, language);
    assert.match(said, /3.*10/);
    assert.equal(statementOf({ betterThan: 0, minLength: 0 }, language), "");
  }
  assert.match(statementOf({ betterThan: 4, minLength: 0 }, "xx"), /more than 4 stars/);
});
