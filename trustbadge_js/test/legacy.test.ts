/** Every row of the tables of the older tags (embed.md 3.1, 3.2), as data. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ignored } from "../src/legacy/debug";
import { type Settings, settingsOf } from "../src/legacy/settings";

type Given = Record<string, unknown>;
type Row = [config: Given, data: Given, isNarrow: boolean, expected: Given];

const WIDE = false;
const NARROW = true;

/** The part of the settings that a row is about; attributes stand beside the rest. */
const found = (settings: Settings, names: string[]): Given => {
  const all: Given = { ...settings, ...settings.attributes };
  return Object.fromEntries(names.map((name) => [name, all[name]]));
};

const check = (rows: Row[]): void => {
  for (const [config, data, isNarrow, expected] of rows)
    assert.deepEqual(
      found(settingsOf(config, data, isNarrow), Object.keys(expected)),
      expected,
      JSON.stringify([config, data, isNarrow]),
    );
};

test("a page that says nothing leaves everything to the shop's configuration", () => {
  const { attributes, ...rest } = settingsOf({}, {}, WIDE);
  assert.deepEqual(Object.values(attributes).filter((value) => value != null), []);
  assert.deepEqual(rest, {
    isHidden: false,
    isInline: false,
    target: "",
    isTopbar: false,
    width: undefined,
    height: undefined,
    opening: "",
    checkout: "",
    isApp: false,
  });
});

test("variants of the global", () => {
  const rows: [unknown, Given][] = [
    ["reviews", { variant: "reviews", isInline: false, isHidden: false }],
    ["default", { variant: "mark", isInline: false }],
    ["small", { variant: "mark" }],
    ["text", { variant: "reviews" }],
    ["", { variant: "reviews" }],
    ["  REVIEWS ", { variant: "reviews" }],
    ["nonsense", { variant: "reviews", isInline: false, isHidden: false }],
    ["custom", { variant: "mark", isInline: true, position: "inline" }],
    ["custom_reviews", { variant: "reviews", isInline: true, position: "inline" }],
    ["hide", { isHidden: true }],
    ["hide_reviews", { isHidden: true }],
    [undefined, { variant: "reviews" }],
    [{}, { variant: "reviews" }],
  ];
  check(rows.map(([variant, expected]) => [{ variant }, {}, WIDE, expected]));
});

test("offsets are whole numbers within the limits of each device", () => {
  const rows: [unknown, string | undefined, string | undefined][] = [
    ["0", "0", "0"],
    ["0 ", "0", "0"],
    ["", undefined, undefined],
    ["-40", "-40", "-10"],
    ["-99", "-54", "-10"],
    ["250px", "250", "250"],
    [" 84", "84", "84"],
    ["12.7", "12", "12"],
    ["2000", "999", "999"],
    [40, "40", "40"],
    ["far", undefined, undefined],
    [null, undefined, undefined],
  ];
  for (const [value, wide, narrow] of rows)
    check([
      [{ yOffset: value }, {}, WIDE, { offset: wide }],
      [{ yOffset: value }, {}, NARROW, { "mobile-offset": narrow }],
      [{}, { desktopYOffset: value }, WIDE, { offset: wide }],
      [{}, { mobileYOffset: value }, NARROW, { "mobile-offset": narrow }],
      [{}, { desktopYOffset: value }, NARROW, { "mobile-offset": undefined }],
    ]);
});

test("switches are strings, booleans and checkboxes of templates", () => {
  const rows: [unknown, boolean][] = [
    ["true", true],
    ["TRUE ", true],
    [true, true],
    ["1", true],
    ["on", true],
    ["false", false],
    [false, false],
    ["", false],
    ["0", false],
    ["ture", false],
    [null, false],
  ];
  for (const [value, isHidden] of rows)
    check([
      [{ disableTrustbadge: value }, {}, WIDE, { isHidden }],
      [{}, { disableTrustbadge: value }, WIDE, { isHidden }],
      [{}, { disableMobile: value }, NARROW, { isHidden }],
      [{}, { disableMobile: value }, WIDE, { isHidden: false }],
      [{}, { mobileEnableTopbar: value }, NARROW, { isTopbar: isHidden }],
      [{}, { mobileEnableTopbar: value }, WIDE, { isTopbar: false }],
      [{}, { desktopEnableCustom: value }, WIDE, { isInline: isHidden }],
    ]);
});

test("ids of elements, widths and heights", () => {
  const custom = { variant: "custom" };
  check([
    [{ ...custom, customElementId: "here" }, {}, WIDE, { target: "here" }],
    [{ ...custom, customElementId: " #here " }, {}, WIDE, { target: "here" }],
    [{ ...custom, customElementId: "" }, {}, WIDE, { target: "" }],
    [{ ...custom, customElementId: "a" }, { desktopCustomElementId: "b" }, WIDE, { target: "b" }],
    [{ customCheckoutElementId: "below" }, {}, WIDE, { checkout: "below" }],
    [{ customBadgeWidth: "60", customBadgeHeight: "90" }, {}, WIDE, { width: 60, height: 90 }],
    [{ customBadgeWidth: "10", customBadgeHeight: "400" }, {}, WIDE, { width: 40, height: 90 }],
    [{ customBadgeWidth: "", customBadgeHeight: "wide" }, {}, WIDE, { width: undefined }],
    [{}, { desktopEnableCustom: "true" }, WIDE, { width: 156 }],
    [{}, { desktopEnableCustom: "true", desktopCustomWidth: "150" }, WIDE, { width: 150 }],
    [{}, { mobileEnableCustom: "true", mobileCustomWidth: "157" }, NARROW, { width: 157 }],
  ]);
});

test("to which side the card of a badge in the page opens", () => {
  const custom = { variant: "custom" };
  check([
    [{ ...custom, trustcardDirection: "topRight" }, {}, WIDE, { opening: "topright" }],
    [{ ...custom, trustcardDirection: "up" }, {}, WIDE, { opening: "" }],
    [{ trustcardDirection: "topRight" }, {}, WIDE, { opening: "" }],
    [
      { ...custom, trustcardDirection: "topRight" },
      { desktopCustomOpeningDirection: "bottomleft" },
      WIDE,
      { opening: "bottomleft" },
    ],
  ]);
});

test("what opens the card", () => {
  check([
    [{ trustCardTrigger: "mouseenter" }, {}, WIDE, { "open-on": "hover" }],
    [{ trustCardTrigger: "click" }, {}, WIDE, { "open-on": "click" }],
    [{ trustCardTrigger: "tap" }, {}, WIDE, { "open-on": "hover" }],
    [{ trustCardTrigger: "" }, {}, WIDE, { "open-on": undefined }],
  ]);
});

test("narrow windows have a variant of the global of their own", () => {
  const of = (responsive: unknown, more: Given = {}) => ({
    variant: "reviews",
    ...more,
    responsive,
  });
  const marked = { variant: "default" };
  const fixed = { disableResponsive: "true" };
  const left = { position: "left", yOffset: "30" };
  check([
    [of({ variant: "floating" }), {}, NARROW, { variant: "mark" }],
    [of({ variant: "floating_reviews" }, marked), {}, NARROW, { variant: "reviews" }],
    [of({ variant: "default" }), {}, NARROW, { variant: "mark" }],
    [of({ variant: "" }), {}, NARROW, { variant: "reviews" }],
    [of({ variant: "floating" }), {}, WIDE, { variant: "reviews" }],
    [
      of({ variant: "custom", customElementId: "small" }, { customElementId: "large" }),
      {},
      NARROW,
      { isInline: true, target: "small" },
    ],
    [of(left), {}, NARROW, { position: "left", "mobile-offset": "30" }],
    [of({ position: "top" }), {}, NARROW, { position: undefined }],
    [of({ yOffset: "" }, { yOffset: "7" }), {}, NARROW, { "mobile-offset": "7" }],
    [of({ variant: "floating" }, fixed), {}, NARROW, { variant: "reviews" }],
    [of("floating"), {}, NARROW, { variant: "reviews" }],
    [of(null), {}, NARROW, { variant: "reviews" }],
  ]);
});

test("attributes of the newer tag", () => {
  check([
    [{}, { desktopPosition: "left" }, WIDE, { position: "left" }],
    [{}, { desktopPosition: " RIGHT" }, WIDE, { position: "right" }],
    [{}, { desktopPosition: "center" }, WIDE, { position: undefined }],
    [{}, { mobilePosition: "center" }, NARROW, { position: "center" }],
    [{}, { mobilePosition: "middle" }, NARROW, { position: undefined }],
    [{}, { desktopDisableReviews: "true" }, WIDE, { variant: "mark" }],
    [{}, { desktopDisableReviews: "false" }, WIDE, { variant: "reviews" }],
    [{}, { mobileDisableReviews: "true" }, NARROW, { variant: "mark" }],
    [{}, { mobileDisableReviews: "true" }, WIDE, { variant: undefined }],
    [{}, { desktopEnableCustom: "true" }, WIDE, { position: "inline", isInline: true }],
    [{}, {}, WIDE, { fade: undefined }],
    [{}, { desktopEnableFadeout: "true" }, WIDE, { fade: "true" }],
    [{}, {}, NARROW, { fade: "true" }],
    [{}, { mobileEnableFadeout: "false" }, NARROW, { fade: undefined }],
    [{}, { colorScheme: "light" }, WIDE, { "color-scheme": "light" }],
    [{}, { colorScheme: "dark" }, WIDE, { "color-scheme": "dark" }],
    [{}, { colorScheme: "os-default" }, WIDE, { "color-scheme": "auto" }],
    [{}, { colorScheme: "purple" }, WIDE, { "color-scheme": "auto" }],
    [{}, {}, WIDE, { "color-scheme": undefined }],
  ]);
});

test("attributes precede the global", () => {
  check([
    [{ yOffset: "5" }, { desktopYOffset: "9" }, WIDE, { offset: "9" }],
    [{ yOffset: "5" }, { desktopYOffset: "" }, WIDE, { offset: "5" }],
    [{ variant: "default" }, { desktopDisableReviews: "false" }, WIDE, { variant: "reviews" }],
    [{ variant: "custom" }, { desktopEnableCustom: "false" }, WIDE, { isInline: false }],
    [{ disableTrustbadge: "true" }, { disableTrustbadge: "false" }, WIDE, { isHidden: false }],
    [{ variant: "hide" }, { disableTrustbadge: "false" }, WIDE, { isHidden: false }],
  ]);
});

test("a native app is known by its settings", () => {
  check([
    [{ config: "SDK_IOS" }, {}, WIDE, { isApp: true }],
    [{ config: "sdk_android" }, {}, WIDE, { isApp: true }],
    [{ config: "IOS" }, {}, WIDE, { isApp: false }],
  ]);
});

test("nothing that a page may write throws", () => {
  const odd = [undefined, null, NaN, 1e9, {}, [], "", "\u0000", () => 0, Symbol("x")];
  const names = ["variant", "yOffset", "responsive", "customElementId", "config"];
  for (const value of odd)
    for (const name of names)
      for (const isNarrow of [WIDE, NARROW]) settingsOf({ [name]: value }, {}, isNarrow);
});

test("settings that nobody reads are named as the page wrote them", () => {
  const config = { yOffset: "0", yoffset: "0", responsive: { variant: "", colour: "red" } };
  const data = { desktopYOffset: "0", desktopXOffset: "0", debug: "" };
  assert.deepEqual(ignored(config, data), [
    "_tsConfig.yoffset",
    "_tsConfig.responsive.colour",
    "data-desktop-x-offset",
  ]);
});
