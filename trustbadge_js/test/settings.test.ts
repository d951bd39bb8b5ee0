/** What pages write, with the mistakes that pages make. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lookOf } from "../src/engine/looks";
import { flag, pixels, word } from "../src/engine/settings";

const look = (attributes: Record<string, string>, config = {}, isNarrow = false, isNight = false) =>
  lookOf((name) => attributes[name] ?? null, config, isNarrow, isNight);

test("offsets are whole pixels, whatever stands around the number", () => {
  for (const [given, px] of [["0 ", 0], ["-40", -40], ["12.9", 12], [" 7px", 7], [33, 33]] as const)
    assert.equal(pixels(-54, given), px);
});

test("an offset that is none gives way to the next one, and to 0 at last", () => {
  for (const given of ["", "true", null, undefined, NaN]) {
    assert.equal(pixels(-54, given, "21"), 21);
    assert.equal(pixels(-54, given), 0);
  }
});

test("offsets stay within their bounds", () => {
  assert.equal(pixels(-54, "-4000"), -54);
  assert.equal(pixels(-10, "-11"), -10);
  assert.equal(pixels(-54, "1e9", 5), 1);
  assert.equal(pixels(-54, "100000"), 999);
});

test("an explicit 0 is an offset, too", () => {
  assert.equal(pixels(-54, "0", "50"), 0);
});

test("words are read without regard to case and spaces", () => {
  assert.equal(word(" Left\n", "right"), "left");
  assert.equal(word("", null, undefined, "Center"), "center");
  assert.equal(word(null, ""), "");
});

test("a boolean attribute is set by its presence, and by nothing that says false", () => {
  assert.deepEqual(["", "true", "fade", " x "].map(flag), [true, true, true, true]);
  assert.deepEqual([null, "false"].map(flag), [false, false]);
});

test("attributes override what the shop has configured", () => {
  const config = { variant: "horizontal", position: "left", offset: 10, openOn: "click" };
  assert.equal(look({}, config).variant, "horizontal");
  assert.equal(look({ variant: "card" }, config).variant, "card");
  assert.equal(look({ position: "center" }, config).position, "center");
  assert.equal(look({ offset: "0" }, config).offset, 0);
  assert.equal(look({ "open-on": "hover" }, config).opensOn, "hover");
});

test("a narrow window has a position and an offset of its own", () => {
  const config = { position: "right", mobilePosition: "center", offset: 40, mobileOffset: 5 };
  assert.deepEqual([look({}, config, true).position, look({}, config, true).offset], ["center", 5]);
  assert.equal(look({ "mobile-position": "left" }, config, true).position, "left");
  assert.equal(look({ "mobile-position": "left" }, config, false).position, "right");
  assert.equal(look({ offset: "99" }, config, true).offset, 5);
});

test("what is placed inline stays inline in a narrow window", () => {
  assert.equal(look({ position: "inline" }, { mobilePosition: "right" }, true).position, "inline");
});

test("the colours follow the reader unless page or shop have chosen", () => {
  assert.equal(look({}, {}, false, true).isDark, true);
  assert.equal(look({}, { colorScheme: "auto" }, false, false).isDark, false);
  const dark = { colorScheme: "dark" };
  assert.equal(look({ "color-scheme": "light" }, dark, false, true).isDark, false);
  assert.equal(look({ "color-scheme": "Dark" }, {}, false, false).isDark, true);
  assert.equal(look({ "color-scheme": "purple" }, {}, false, true).isDark, true);
});
