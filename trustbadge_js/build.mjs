// Builds every bundle into ../widgets/static; the same sources give the same bytes everywhere.
//   node build.mjs [folder]
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { BUNDLES, LANGUAGES, TARGET, TEXTS_BUDGET } from "./bundles.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = resolve(process.argv[2] ?? join(here, "../widgets/static"));
// As long as the version that takes its place, so that source maps stay right.
const PLACEHOLDER = "@@VERSION@";

/** Style sheets become strings, minified. */
const sheets = {
  name: "sheets",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const options = { loader: "css", minify: true, target: TARGET };
      const { code } = await transform(readFileSync(path, "utf8"), options);
      // esbuild keeps the spaces inside custom properties.
      return { contents: code.trim().replace(/(?<=--[\w-]+:|,) /g, ""), loader: "text" };
    });
  },
};

async function bundled([name, [entry, format]]) {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    outfile: name,
    bundle: true,
    charset: "utf8",
    define: { VERSION: JSON.stringify(PLACEHOLDER) },
    format,
    legalComments: "none",
    minify: true,
    plugins: [sheets],
    // A tag's address is not that of its map; the server names it in a header.
    sourcemap: format === "iife" ? "external" : "linked",
    sourcesContent: true,
    target: TARGET,
    // Without the settings of tsc, of which "strict" would cost bytes in every file.
    tsconfigRaw: "{}",
    write: false,
  });
  return outputFiles.map(({ path, text }) => [basename(path), placed(basename(path), text)]);
}

/** The server puts a line in front of the loader, which its map has to know. */
function placed(name, text) {
  return name === "loader.js.map" ? text.replace('"mappings": "', '"mappings": ";') : text;
}

function words(language) {
  const texts = JSON.parse(readFileSync(join(here, `src/texts/${language}.json`), "utf8"));
  return [`texts.${language}.js`, `export default ${JSON.stringify(texts)};\n`];
}

function versionOf(files) {
  const hash = createHash("sha256");
  for (const [name, text] of files) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex").slice(0, PLACEHOLDER.length);
}

function described(name, text) {
  const bytes = Buffer.from(text);
  const digest = createHash("sha384").update(bytes).digest("base64");
  const gzip = gzipSync(bytes, { level: 9 }).length;
  const budget = name.startsWith("texts.") ? TEXTS_BUDGET : BUNDLES[name][2];
  return { bytes: bytes.length, gzip, budget, sri: `sha384-${digest}` };
}

const built = (await Promise.all(Object.entries(BUNDLES).map(bundled))).flat();
const drafts = [...built, ...LANGUAGES.map(words)].sort(([a], [b]) => (a < b ? -1 : 1));
const version = versionOf(drafts);
const files = drafts.map(([name, text]) => [name, text.replaceAll(PLACEHOLDER, version)]);
const scripts = files.filter(([name]) => !name.endsWith(".map"));
const table = Object.fromEntries(scripts.map(([name, text]) => [name, described(name, text)]));

mkdirSync(target, { recursive: true });
for (const old of readdirSync(target)) if (/\.js(\.map)?$/.test(old)) rmSync(join(target, old));
for (const [name, text] of files) writeFileSync(join(target, name), text);
const listing = { version, files: table };
writeFileSync(join(target, "bundles.json"), `${JSON.stringify(listing, null, 2)}\n`);

console.log(`version ${version}${"raw".padStart(23)}${"gzip".padStart(9)}${"budget".padStart(9)}`);
for (const [name, { bytes, gzip, budget }] of Object.entries(table)) {
  const sizes = [bytes, gzip, budget].map((size) => String(size).padStart(9)).join("");
  console.log(name.padEnd(32) + sizes + (gzip > budget ? "  TOO LARGE" : ""));
}
if (Object.values(table).some(({ gzip, budget }) => gzip > budget)) process.exitCode = 1;
