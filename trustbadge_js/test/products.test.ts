import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, better, hexOf, keysOf, variantsIn } from "../src/lists/products";

const attributes = (given: Record<string, string>) => (name: string) => given[name] ?? null;

test("a SKU is asked for by the bytes of its UTF-8", () => {
  assert.equal(hexOf("SKU-4711"), "534b552d34373131");
  assert.equal(hexOf("ä"), "c3a4");
});

for (const [name, given, expected] of [
  ["sku", "4711", ["4711"]],
  ["sku", " 4711 , 4712,,", ["4711", "4712"]],
  ["sku", "", []],
  ["sku", null, []],
  ["sku", " , ", []],
  ["sku", "x".repeat(256), []],
  ["gtin", "4006381333931, 4711, EAN 40063813", ["4006381333931"]],
  ["mpn", `A/1,${"x".repeat(71)}`, ["A/1"]],
] as const)
  test(`${name} ${JSON.stringify(given)?.slice(0, 20)}`, () => {
    assert.deepEqual(variantsIn(given, name), expected);
  });

test("each variant is asked for once, whatever it is named by", () => {
  const keys = keysOf(attributes({ sku: "b, a, b", gtin: "4006381333931", mpn: "A/1" }));
  assert.deepEqual(keys, ["hex=62", "hex=61", "gtin=4006381333931", "mpn=A%2F1"]);
  assert.equal(addressOf(keys), "stars.json?gtin=4006381333931&hex=61,62&mpn=A%2F1");
});

test("of several variants the best known one is shown, and the first of equals", () => {
  const known = (sku: string, state: "UNKNOWN" | "NONE" | "TOO_FEW" | "RATED") => ({
    sku,
    hex: "",
    state,
  });
  const none = known("a", "NONE");
  const rated = known("b", "RATED");
  assert.equal([known("x", "UNKNOWN"), none, rated, known("c", "RATED")].reduce(better), rated);
  assert.equal([known("x", "TOO_FEW"), none].reduce(better).sku, "x");
});
