// Runs test/*.test.ts with Node's own runner; esbuild strips the types, so any Node will do.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = join(here, "node_modules/.cache/tests");
const entryPoints = readdirSync(join(here, "test"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join("test", name));

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints,
  outdir,
  outExtension: { ".js": ".mjs" },
  // The package is for shops that have these; here they are stand-ins.
  alias: { react: "./test/package/stubs/react.ts", vue: "./test/package/stubs/vue.ts" },
  bundle: true,
  define: { VERSION: '"0000000000"' },
  format: "esm",
  logLevel: "warning",
  platform: "node",
  sourcemap: "inline",
});
const tests = readdirSync(outdir, { recursive: true }).filter((name) => name.endsWith(".mjs"));
const run = ["--enable-source-maps", "--test", ...tests.map((name) => join(outdir, name))];
process.exitCode = spawnSync(process.execPath, run, { stdio: "inherit" }).status ?? 1;
