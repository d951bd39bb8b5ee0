/** The language of our words, and that each of them is there in all seven. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { spoken } from "../src/engine/languages";
import { dayIn, filled, majorOf, moneyIn } from "../src/engine/words";
import de from "../src/texts/de.json";
import en from "../src/texts/en.json";
import es from "../src/texts/es.json";
import fr from "../src/texts/fr.json";
import it from "../src/texts/it.json";
import nl from "../src/texts/nl.json";
import pl from "../src/texts/pl.json";

const ALL: Record<string, Record<string, string>> = { de, en, es, fr, it, nl, pl };
const gaps = (text: string | undefined) => text?.match(/\{\w+\}/g)?.sort() ?? [];

test("the element's language comes first, then the page's", () => {
  assert.equal(spoken("fr", "de"), "fr");
  assert.equal(spoken("", "de-AT"), "de");
  assert.equal(spoken("PL", ""), "pl");
});

test("regions and scripts do not matter", () => {
  assert.deepEqual(
    ["nl-BE", "nl_BE", " it-Latn-CH", "EN-us"].map((tag) => spoken(tag, "")),
    ["nl", "nl", "it", "en"],
  );
});

test("a language that we do not speak leaves the choice to the next one", () => {
  assert.equal(spoken("ja", "es"), "es");
  for (const tag of ["ja", "fry", "deu", "x-default", "", "1"]) assert.equal(spoken(tag, ""), "");
});

const PLURALS = ["reviews", "months"];
const isPlural = (key: string) => PLURALS.includes(key.split(".")[0]!);
const plain = (words: object) => Object.keys(words).filter((key) => !isPlural(key));

for (const [language, words] of Object.entries(ALL)) {
  test(`${language} has every plural form of the language`, () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const forms = PLURALS.flatMap((name) => pluralCategories.map((form) => `${name}.${form}`));
    assert.deepEqual(Object.keys(words).filter(isPlural).sort(), forms.sort());
    for (const form of forms) assert.ok(words[form]?.trim(), form);
  });

  test(`${language} has every word, with the same gaps`, () => {
    assert.deepEqual(plain(words), plain(en));
    for (const key of plain(words)) {
      assert.ok(words[key]?.trim(), key);
      assert.deepEqual(gaps(words[key]), gaps(ALL.en![key]), key);
    }
  });
}

test("gaps are filled as they are, and unknown ones stay", () => {
  assert.equal(filled("{a} of {b}, {c}", { a: 0, b: "$&{a}" }), "0 of $&{a}, {c}");
});

test("days are those of UTC, in words", () => {
  assert.equal(dayIn("de", "2026-11-22"), "22. November 2026");
  assert.equal(dayIn("en", "2026-12-31T23:59:59Z"), "31 December 2026");
});

test("money has the digits of its currency", () => {
  assert.equal(majorOf(250000, "EUR"), 2500);
  assert.equal(majorOf(250000, "JPY"), 250000);
  assert.equal(moneyIn("de", 2500, "EUR").replace(/\s/g, " "), "2.500,00 €");
});
