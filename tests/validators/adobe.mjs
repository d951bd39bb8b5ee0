// Checks HTML documents with Adobe's structured data validator, all of them in one process.
//
// Reads {"vocabulary": …, "documents": {name: html}} from standard input, the vocabulary in the
// form in which schema.org publishes it. Writes {name: {"items": ["jsonld:Product", …],
// "issues": [{severity, message, path, type, properties}]}}: what was found in the document, and
// what is said about it, with type and properties of the item concerned.

import { text } from 'node:stream/consumers';
import Validator from '@adobe/structured-data-validator';
import WebAutoExtractor from '@marbec/web-auto-extractor';

const SYNTAXES = ['jsonld', 'microdata', 'rdfa'];

const { vocabulary, documents } = JSON.parse(await text(process.stdin));
const validator = new Validator(vocabulary);

async function checked(html) {
  const extracted = new WebAutoExtractor().parse(html);
  const issues = await validator.validate(extracted);
  return {
    items: SYNTAXES.flatMap((syntax) => itemsIn(syntax, extracted)),
    issues: issues.map((issue) => described(issue, extracted)),
  };
}

function itemsIn(syntax, extracted) {
  const roots = Object.entries(extracted[syntax] ?? {});
  return roots.flatMap(([type, items]) => items.map(() => `${syntax}:${type}`));
}

function described({ severity, issueMessage, dataFormat, path = [] }, extracted) {
  const item = path.length > 0 ? itemAt(path, extracted[dataFormat]) : {};
  return {
    severity,
    message: issueMessage,
    path: path.map(({ property, type }) => property ?? type).join('.'),
    type: [item['@type']].flat().join(' '),
    properties: Object.keys(item).filter((name) => !name.startsWith('@')),
  };
}

function itemAt([root, ...steps], roots) {
  let item = roots[root.type][root.index];
  for (const { property, index } of steps) {
    item = index === undefined ? item[property] : item[property][index];
  }
  return item;
}

const found = {};
for (const [name, html] of Object.entries(documents)) {
  found[name] = await checked(html);
}
process.stdout.write(JSON.stringify(found));
