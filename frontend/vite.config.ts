// Builds every island of the viewer into hashed files and one manifest, which the templates look names up in.
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const viewer = resolve(import.meta.dirname, "../viewer");
const own: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "package.json"), "utf8"),
);

/** The islands live beside the templates, outside this folder: tell the bundler where their packages are. */
function packageEntry(name: string): { find: RegExp; replacement: string } {
  const folder = resolve(import.meta.dirname, "node_modules", name);
  const manifest: { module?: string; main: string } = JSON.parse(
    readFileSync(resolve(folder, "package.json"), "utf8"),
  );
  return { find: new RegExp(`^${name}$`), replacement: resolve(folder, manifest.module ?? manifest.main) };
}

export default defineConfig({
  root: viewer,
  base: "/static/dist/",
  publicDir: false,
  cacheDir: resolve(import.meta.dirname, "node_modules/.vite"),
  resolve: { alias: Object.keys(own.dependencies).map((name) => packageEntry(name)) },
  build: {
    outDir: resolve(viewer, "static/dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: false,
    assetsInlineLimit: 0,
    assetsDir: "",
    target: "es2023",
    rolldownOptions: { input: globSync(resolve(viewer, "islands/*.ts")) },
  },
});
