// Bundles the browser side with esbuild; tools/assets.py calls it with the folder to fill.
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const source = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const modules = join(source, "../../../node_modules");

// The pages: browsers of the last three years. Nesting and newer colour functions are guarded in
// the sources where an older one would lose something that matters.
const pages = ["chrome111", "firefox113", "safari16.4"];
// Televisions stay on the browser they were sold with.
const televisions = ["chrome79"];

// What only one area's pages need is not carried by the others (juara.web.context.AREA_STYLES).
const areas = ["setup", "sources", "metrics", "people", "teams", "health", "currencies", "records", "today", "calendars", "figures", "goal-pages", "scorecard", "scorecard_rules", "company"];
// And their scripts, where they are long (juara.web.context.AREA_SCRIPTS).
const areaScripts = ["metrics", "people", "goal-sheet"];
const styleOf = (area) => ({
  contents: `@layer tokens, base, components, pages, print; @import "./styles/${area}.css" layer(pages);`,
  resolveDir: source,
  loader: "css",
});

const shared = {
  absWorkingDir: source,
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  logLevel: "warning",
  minify: true,
  outdir: out,
};

await Promise.all([
  ...areas.map((area) => esbuild.build({ ...shared, stdin: styleOf(area), target: pages, outdir: undefined, outfile: join(out, `areas/${area}.css`) })),
  ...areaScripts.map((area) => esbuild.build({ ...shared, entryPoints: [`scripts/${area}.js`], format: "esm", target: pages, outdir: undefined, outfile: join(out, `areas/${area}.js`) })),
  esbuild.build({ ...shared, entryPoints: ["styles/app.css", "styles/gallery.css"], target: pages }),
  // Charts and histograms are asked for by the pages that hold one (scripts/modules.js).
  esbuild.build({ ...shared, entryPoints: ["scripts/app.js", "scripts/charts.js", "scripts/histogram.js"], format: "esm", target: pages }),
  esbuild.build({ ...shared, entryPoints: ["scripts/theme.js", "scripts/service-worker.js"], format: "iife", target: pages }),
  esbuild.build({ ...shared, entryPoints: ["styles/tv.css", "scripts/tv.js"], format: "iife", target: televisions, outbase: source, entryNames: "[name]" }),
]);

// The one bundle that is heavy lies there packed as well: whoever can read it so gets it so.
const charts = readFileSync(join(out, "charts.js"));
writeFileSync(join(out, "charts.js.gz"), gzipSync(charts, { level: 9 }));
writeFileSync(join(out, "charts.js.br"), brotliCompressSync(charts));

cpSync(join(source, "icons"), join(out, "icons"), { recursive: true });

// What is bundled keeps its licence beside it.
const bundled = ["htmx.org", "echarts", "zrender", "tslib", "@fontsource-variable/inter", "@fontsource/barlow-condensed"];
const licences = bundled.map((name) => {
  const files = ["LICENSE", "LICENSE.txt", "NOTICE", "licenses/LICENSE-d3"].map((file) => join(modules, name, file)).filter(existsSync);
  return `${name}\n\n${files.map((file) => readFileSync(file, "utf8")).join("\n")}`;
});
writeFileSync(join(out, "LICENSES.txt"), licences.join("\n\n----\n\n"));
