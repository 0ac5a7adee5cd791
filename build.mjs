// Bundles the app into dist/ (what Azure loads) and the development programs into out/ (never deployed).
//
// dist/ is CommonJS because the Functions worker serves '@azure/functions-core' by patching Module.prototype.require,
// which an ES module cannot reach. Every dynamic import() of the product becomes a chunk of its own, so that the worker
// loads a thin index.js while the proxy, and later the identity library, load when they are needed.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));

const product = {
  index: 'functions/index.ts',
  proxy: 'shared/proxy.ts',
  managedIdentity: 'shared/credentials/managedIdentity.ts',
  developerSignIn: 'shared/credentials/developerSignIn.ts',
};

const programs = {
  emulator: 'dev/emulator/main.ts',
  host: 'dev/host/main.ts',
  start: 'dev/start.ts',
};

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Prefer the ES module builds of libraries: only those can be tree-shaken.
  mainFields: ['module', 'main'],
  conditions: ['module', 'import'],
  // import() of a chunk is written as require(), which skips the ES module loader.
  supported: { 'dynamic-import': false },
  sourcemap: true,
  // The maps serve stack traces, for which names and lines suffice: without the sources they are a third of the size.
  sourcesContent: false,
  logLevel: 'warning',
  define: { PROXY_VERSION: JSON.stringify(manifest.version) },
};

/** Leaves each dynamic import of a product entry point as a require of the chunk built from it. */
const chunks = {
  name: 'chunks',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path: specifier, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const source = `${path.relative(root, path.resolve(resolveDir, specifier))}.ts`.replaceAll(path.sep, '/');
      const chunk = Object.keys(product).find((name) => product[name] === source);
      if (!chunk) return { errors: [{ text: `${source} is imported dynamically but is no chunk of build.mjs` }] };
      return { path: `./${chunk}.js`, external: true };
    });
  },
};

await Promise.all([
  rm(path.join(root, 'dist'), { recursive: true, force: true }),
  rm(path.join(root, 'out'), { recursive: true, force: true }),
]);
await Promise.all([
  build({
    ...common,
    entryPoints: product,
    outdir: 'dist',
    minify: true,
    keepNames: false,
    external: ['@azure/functions-core'],
    plugins: [chunks],
  }),
  build({ ...common, entryPoints: programs, outdir: 'out', packages: 'external' }),
]);
