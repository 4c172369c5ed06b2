// Bundles each `*.test.ts` as the pages' scripts are bundled, and runs them with Node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const entryPoints = readdirSync(here, { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join(here, name));
const outdir = mkdtempSync(join(tmpdir(), "frontend-tests-"));
process.on("exit", () => rmSync(outdir, { recursive: true, force: true }));

await build({
  entryPoints,
  outdir,
  outbase: here,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const files = entryPoints.map((name) => join(outdir, name.slice(here.length + 1)).replace(/\.ts$/, ".mjs"));
const { status } = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--no-warnings", "--test", "--test-reporter=spec", ...files],
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
