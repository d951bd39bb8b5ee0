// Prints a page of test/package/pages as one script, with the real React or Vue inside.
//   node pages.mjs react
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: [join("test/package/pages", `${process.argv[2]}.js`)],
  bundle: true,
  // What shops' own tools say: the libraries leave out what helps developers.
  define: {
    "process.env.NODE_ENV": '"production"',
    __VUE_OPTIONS_API__: "true",
    __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  format: "iife",
  logLevel: "warning",
  minify: true,
  // The settings of test/package lead to the stand-ins.
  tsconfigRaw: "{}",
  write: false,
});
process.stdout.write(outputFiles[0].text);
