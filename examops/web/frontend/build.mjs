// Builds everything that needs building into ../static/dist: scripts, the icon sprite, the barcode reader.
// Names carry a hash of their content, so browsers may keep them for ever; manifest.json says which is which.
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../static/dist");
const fresh = `${target}.new-${process.pid}`;
const manifest = {};

async function keep(name, bytes) {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  manifest[name] = `${name.slice(0, dot)}-${digest}${name.slice(dot)}`;
  await writeFile(join(fresh, manifest[name]), bytes);
}

async function scripts() {
  const built = await esbuild.build({
    entryPoints: ["app", "desk", "desk_handover", "desk_worker", "review", "wall"].map((name) =>
      join(here, `src/${name}.ts`),
    ),
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome87", "safari15", "firefox91"],
    logLimit: 5,
    charset: "utf8",
    legalComments: "none",
    outdir: fresh,
    write: false,
  });
  for (const file of built.outputFiles) await keep(basename(file.path), file.contents);
}

/** One style sheet for each base; the sources import one another, so that a page reads without a bundle too. */
async function styles() {
  for (const name of ["base", "plain", "dark", "tablet", "phone", "public"]) {
    const contents = `@import "modern-normalize/modern-normalize.css";@import "../static/css/${name}.css";`;
    const built = await esbuild.build({
      stdin: { contents, loader: "css", resolveDir: here },
      bundle: true,
      minify: true,
      target: ["chrome88", "safari15", "firefox91"],
      legalComments: "none",
      charset: "utf8",
      write: false,
    });
    await keep(`${name}.css`, built.outputFiles[0].contents);
  }
}

/** One sprite of the icons in use: no web font, and a page asks for it once. */
async function icons() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const svg = await readFile(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
      return `<symbol id="${name}" viewBox="0 0 24 24">${svg
        .slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"))
        .replace(/\s+/g, " ")
        .trim()}</symbol>`;
    }),
  );
  await keep("icons.svg", Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`));
}

await mkdir(fresh, { recursive: true });
process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));
await scripts();
await styles();
await icons();
await keep("zxing_reader.wasm", await readFile(join(here, "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm")));
await writeFile(join(fresh, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
console.log(`built ${Object.keys(manifest).length} files into static/dist`);
