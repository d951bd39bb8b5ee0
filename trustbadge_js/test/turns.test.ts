/** Who draws when: in the order of asking, and not all at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { turn } from "../src/lists/turns";

const SLOW_MS = 5;

const draw = () => {
  const end = performance.now() + SLOW_MS;
  while (performance.now() < end);
};

test("everyone has a turn, and others are heard in between", async () => {
  const all = Array.from({ length: 20 }, (_, index) => index);
  const drawn: number[] = [];
  let before = all.length;
  // Comes with the first break; what is drawn without one keeps it waiting.
  setTimeout(() => (before = drawn.length));
  await Promise.all(
    all.map(async (index) => {
      await turn();
      draw();
      drawn.push(index);
    }),
  );
  assert.deepEqual(drawn, all);
  assert.ok(before < all.length / 2, `${before}`);
});
