/** Amounts as checkout templates print them, and exactly what a hand-over sends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { handOver } from "../src/card/handing";
import { orderIn } from "../src/card/orders";
import { amountIn } from "../src/engine/amounts";
import type { Badge } from "../src/engine/badges";

test("the last separator before one or two digits is the decimal one", () => {
  const read: [string, number | null][] = [
    ["150.00", 150],
    ["150,00", 150],
    ["\n 150,5 ", 150.5],
    ["1", 1],
    ["1.234,56", 1234.56],
    ["1,234.56 €", 1234.56],
    ["1.234", 1234],
    ["1'234.50", 1234.5],
    ["12,345,678", 12345678],
    [",99", 0.99],
    ["", null],
    ["free", null],
  ];
  for (const [text, number] of read) assert.equal(amountIn(text), number, text);
});

/** As much of an element as the reader of orders looks at. */
const part = (texts: Record<string, string>, items: object[] = [], dataset = {}): HTMLElement =>
  ({
    dataset,
    querySelector: (name: string) => (name in texts ? { textContent: texts[name] } : null),
    querySelectorAll: () => items,
  }) as unknown as HTMLElement;

const ORDER = { "#tsCheckoutOrderNr": " 4711\n", "#tsCheckoutBuyerEmail": "a@example.org" };

test("values are sent as they are found, without the spaces around them", () => {
  const amount = { "#tsCheckoutOrderAmount": "150,00" };
  const payment = { "#tsCheckoutOrderPaymentType": "Nach\n nahme" };
  assert.deepEqual(orderIn(part({ ...ORDER, ...amount, ...payment })), {
    orderNumber: "4711",
    email: "a@example.org",
    amount: "150,00",
    paymentType: "Nach nahme",
  });
});

test("an order without its number or the buyer's address is none yet", () => {
  assert.equal(orderIn(part({})), null);
  assert.equal(orderIn(part({ "#tsCheckoutOrderNr": "1" })), null);
  assert.equal(orderIn(part({ ...ORDER, "#tsCheckoutBuyerEmail": "  " })), null);
});

test("the buyer's number at the shop is never read", () => {
  const order = orderIn(part({ ...ORDER, "#tsCheckoutBuyerId": "42" }));
  assert.ok(!JSON.stringify(order).includes("42"));
});

test("products have a name and a SKU, or are left out", () => {
  const book = part({ ".tsCheckoutProductSKU": "B-1", ".tsCheckoutProductName": "Book" });
  const nameless = part({ ".tsCheckoutProductSKU": "B-2" });
  const { products } = orderIn(part(ORDER, [book, nameless]))!;
  assert.deepEqual(products, [{ sku: "B-1", name: "Book" }]);
  assert.equal(orderIn(part(ORDER, [nameless]))?.products, undefined);
});

test("the signature of the shop's server travels along", () => {
  assert.equal(orderIn(part(ORDER, [], { signature: " E28z " }))?.signature, "E28z");
});

test("a country is sent only for protection", () => {
  const badge = { language: "de", config: {} } as Badge;
  const order = { orderNumber: "1", email: "a@example.org" };
  const review = { ...order, wants: ["review"], lang: "de", textVersion: "0000000000" };
  assert.deepEqual(handOver(order, badge, ["review"], "FR"), review);
  const both = handOver(order, badge, ["review", "protection"], "FR") as Record<string, unknown>;
  assert.equal(both.country, "FR");
});
