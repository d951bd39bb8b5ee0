/** The npm package: its types, its components, and the examples of its README. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as react from "../package/react.js";
import * as vue from "../package/vue.js";
import { mounted } from "./package/stubs/react";

// The tests run from a folder of bundles, started in this one or the one above.
const here = existsSync("test/package") ? process.cwd() : join(process.cwd(), "trustbadge_js");
const folder = join(here, "package");

const check = (project: string) => {
  const tsc = join(here, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
};

test("its types know the elements, and what is wrong with them", () => {
  check(join(here, "test/package"));
});

test("the examples of its README type-check", () => {
  const cache = join(here, "node_modules/.cache/readme");
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const examples = [...readme.matchAll(/```(tsx?)\n(.*?)```/gs)];
  assert.equal(examples.length, 2);
  for (const [index, [, kind, text]] of examples.entries())
    writeFileSync(join(cache, `example${index}.${kind}`), text!);
  const own = join(here, "test/package");
  const config = { extends: join(own, "tsconfig.json"), include: [cache, join(own, "stubs")] };
  writeFileSync(join(cache, "tsconfig.json"), JSON.stringify(config));
  check(cache);
});

test("whatever it exports is there", () => {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const targets = Object.values(exports as Record<string, Record<string, string>>);
  for (const path of targets.flatMap((target) => Object.values(target)))
    assert.ok(existsSync(join(folder, path)), path);
});

/** A component as the stand-in of its library calls it. */
const called = (component: unknown, ...given: unknown[]) =>
  (component as (...given: unknown[]) => { type: string; props: Record<string, unknown> })(...given);

test("a component of React writes attributes, and leaves out what is false", () => {
  const props = { sku: "1", linkTo: "#list", hideEmpty: true, lang: undefined, gtin: false };
  const element = called(react.TrustStars, { ...props, children: "Stars" });
  const { ref, ...attributes } = element.props;
  assert.equal(element.type, "trust-stars");
  assert.deepEqual(ref, { current: null });
  assert.deepEqual(attributes, {
    sku: "1",
    "link-to": "#list",
    "hide-empty": "",
    children: ["Stars"],
  });
  mounted(new EventTarget());
});

test("a component of React hears events for as long as it is there", () => {
  const heard: unknown[] = [];
  called(react.TrustBadge, { onTrustOpen: (event: Event) => heard.push(event.type) });
  const place = new EventTarget();
  const ends = mounted(place);
  place.dispatchEvent(new Event("trust-open"));
  for (const end of ends) end();
  place.dispatchEvent(new Event("trust-open"));
  assert.deepEqual(heard, ["trust-open"]);
});

test("a component of Vue hands on attributes, listeners and the default slot", () => {
  const attrs = { sku: "1", onTrustData: () => {} };
  const element = called(vue.TrustReviews, {}, { attrs, slots: { default: () => ["Reviews"] } });
  assert.deepEqual(element, { type: "trust-reviews", props: attrs, children: ["Reviews"] });
});
