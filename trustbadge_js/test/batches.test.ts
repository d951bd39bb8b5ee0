import assert from "node:assert/strict";
import { test } from "node:test";
import { batched } from "../src/lists/batches";

const echo = () => {
  const requests: string[][] = [];
  const { find, forget } = batched<string>(async (keys) => {
    requests.push(keys);
    return new Map(keys.map((key) => [key, key.toUpperCase()]));
  });
  return { find, forget, requests };
};

test("questions of one task are one request", async () => {
  const { find, requests } = echo();
  assert.deepEqual(await Promise.all(["a", "b", "c"].map(find)), ["A", "B", "C"]);
  assert.deepEqual(requests, [["a", "b", "c"]]);
});

test("nothing is asked twice until it is forgotten", async () => {
  const { find, forget, requests } = echo();
  await Promise.all([find("a"), find("a")]);
  await find("a");
  assert.deepEqual(requests, [["a"]]);
  forget("a");
  await find("a");
  assert.deepEqual(requests, [["a"], ["a"]]);
});

test("a request has at most a hundred keys", async () => {
  const { find, requests } = echo();
  const keys = Array.from({ length: 250 }, (_, index) => `k${index}`);
  const found = await Promise.all(keys.map(find));
  assert.deepEqual(found, keys.map((key) => key.toUpperCase()));
  assert.deepEqual(requests.map(({ length }) => length), [100, 100, 50]);
  assert.deepEqual(requests.flat(), keys);
});

test("an address stays short enough for every proxy", async () => {
  const { find, requests } = echo();
  const keys = Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(500, "x"));
  await Promise.all(keys.map(find));
  assert.ok(requests.length > 1);
  for (const request of requests) assert.ok(request.join(",").length <= 6_600);
  assert.deepEqual(requests.flat(), keys);
});

test("what did not arrive is asked for again", async () => {
  let fails = true;
  const { find } = batched<string>(async (keys) => {
    if (fails) throw Error("offline");
    return new Map(keys.map((key) => [key, "here"]));
  });
  await assert.rejects(find("a"), /offline/);
  fails = false;
  assert.equal(await find("a"), "here");
});
