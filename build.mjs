// Bundles the app into dist/ (what Azure loads) and the development programs into out/ (never deployed).
//
// dist/ is CommonJS because the Functions worker serves '@azure/functions-core' by patching Module.prototype.require,
// which an ES module cannot reach. Every dynamic import() of the product becomes a chunk of its own, so that the worker
// loads a thin index.js while the proxy, and later the identity library, load when they are needed.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));
const readJson = async (name) => JSON.parse(await readFile(path.join(root, name), 'utf8'));
const manifest = await readJson('package.json');
const hostFile = await readJson('host.json');

const product = {
  index: 'functions/index.ts',
  proxy: 'shared/proxy.ts',
  managedIdentity: 'shared/credentials/managedIdentity.ts',
  developerSignIn: 'shared/credentials/developerSignIn.ts',
  openTelemetry: 'shared/telemetry/openTelemetry.ts',
  apiDefinitions: 'shared/apiDefinitions.ts',
};

const programs = {
  emulator: 'dev/emulator/main.ts',
  host: 'dev/host/main.ts',
  start: 'dev/start.ts',
  deploy: 'dev/deploy.ts',
};

/** How everything is bundled; the benchmark's peers as well, so that they differ from the product in nothing but themselves. */
export const bundling = {
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
    onResolve({ filter: /^\./ }, ({ kind, path: specifier, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || importer.includes('node_modules')) return undefined;
      const source = `${path.relative(root, path.resolve(resolveDir, specifier))}.ts`.replaceAll(path.sep, '/');
      const chunk = Object.keys(product).find((name) => product[name] === source);
      if (!chunk) return { errors: [{ text: `${source} is imported dynamically but is no chunk of build.mjs` }] };
      return { path: `./${chunk}.js`, external: true };
    });
  },
};

/** The API's definitions, from the schemas of the contract; in out/ as files, for the linter, the console and the tests. */
async function writeDefinitions() {
  const generator = path.join(root, 'out/definitions.mjs');
  await build({
    ...bundling,
    format: 'esm',
    sourcemap: false,
    entryPoints: ['shared/contract/definition/definitions.ts'],
    outfile: generator,
  });
  const { definitions } = await import(pathToFileURL(generator).href);
  const { openApi, swagger } = definitions(hostFile.extensions.http.routePrefix);
  await writeFile(path.join(root, 'out/openapi.json'), JSON.stringify(openApi, null, 2));
  await writeFile(path.join(root, 'out/swagger.json'), JSON.stringify(swagger, null, 2));
  return {
    OPENAPI_DEFINITION: JSON.stringify(JSON.stringify(openApi)),
    SWAGGER_DEFINITION: JSON.stringify(JSON.stringify(swagger)),
  };
}

/**
 * The maps go to out/maps: the rules by which `func` reads .funcignore cannot tell `index.js.map` from `index.js`. A stack
 * trace of a development machine finds them there.
 */
async function writeProduct(outputFiles) {
  await Promise.all(['dist', 'out/maps'].map((name) => mkdir(path.join(root, name), { recursive: true })));
  await Promise.all(
    outputFiles.map(({ path: file, text }) => {
      const name = path.basename(file);
      if (name.endsWith('.map')) return writeFile(path.join(root, 'out/maps', name), text);
      return writeFile(file, text.replace(/(sourceMappingURL=)(?=[^\n]*\n?$)/, '$1../out/maps/'));
    }),
  );
}

/** The console: two scripts of ours, the pages around them, and Swagger UI as it comes. */
async function writeConsole() {
  const to = path.join(root, 'out/console');
  await build({
    ...bundling,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    supported: {},
    entryPoints: ['dev/console/console.ts', 'dev/console/reference.ts', 'dev/console/console.css'],
    outdir: 'out/console',
  });
  const swaggerUi = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const [from, names] of [
    [path.join(root, 'dev/console'), ['index.html', 'reference.html']],
    [swaggerUi, ['swagger-ui.css', 'swagger-ui-bundle.js']],
  ]) {
    for (const name of names) await copyFile(path.join(from, name), path.join(to, name));
  }
}

/**
 * Keeps what a removal in Azure never uses out of its way: the first one would have to read, compile and run it for nothing.
 *
 * - Signed assertions, workload identity (Kubernetes) and HTTP proxies load when they are first used. Nothing is left out.
 * - The identity library hands msal-node around as one object, which keeps all of it in the bundle; named by its module, what
 *   is not used falls away.
 */
const lean = {
  name: 'lean',
  setup({ onResolve, onLoad, resolve }) {
    const classFrom = (name, source) =>
      `export const ${name} = new Proxy(class {}, { construct: (_, given) => new (require('${source}').${name})(...given) });`;
    const lazy = {
      jsonwebtoken: "export default new Proxy({}, { get: (_, name) => require('jsonwebtoken')[name] });",
      'http-proxy-agent': classFrom('HttpProxyAgent', 'http-proxy-agent'),
      'https-proxy-agent': classFrom('HttpsProxyAgent', 'https-proxy-agent'),
      // From the chunk that has it anyway.
      workloadIdentity: classFrom('WorkloadIdentityCredential', './developerSignIn.js'),
    };
    onResolve({ filter: /^(jsonwebtoken|https?-proxy-agent)$/ }, ({ path, namespace, resolveDir }) =>
      namespace === 'lazy' ? undefined : { path, namespace: 'lazy', pluginData: resolveDir },
    );
    onResolve({ filter: /workloadIdentityCredential\.js$/ }, ({ importer }) =>
      importer.endsWith('tokenExchangeMsi.js') ? { path: 'workloadIdentity', namespace: 'lazy' } : undefined,
    );
    onResolve({ filter: /^\.\/developerSignIn\.js$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'lazy' }, ({ path, pluginData }) => ({
      contents: lazy[path],
      resolveDir: pluginData,
    }));

    onLoad({ filter: /@azure[\\/]identity[\\/]dist[\\/]esm[\\/].*\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const named = 'import * as msalCommon from "@azure/msal-node";';
      return { contents: source.replace(/import \{ msalCommon \} from "[./]*msal\.js";/, named) };
    });
    const resolving = Symbol('resolving');
    onResolve({ filter: /^@azure\/msal-node$|^\./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === resolving || !/@azure[\\/](identity|msal-node)[\\/]/.test(from.importer)) return undefined;
      if (path.startsWith('.') && !from.importer.includes('msal-node')) return undefined;
      return { ...(await resolve(path, { ...from, pluginData: resolving })), sideEffects: false };
    });
  },
};

/**
 * Compiles the programming model from its TypeScript, which is in its package, for the Node that runs it. The package's own
 * build is for an older one: generators in place of async functions and weak maps in place of private fields were four
 * tenths of the time to load the app, and over a quarter of the CPU of a removal.
 */
const model = {
  name: 'model',
  setup({ onResolve }) {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve('@azure/functions/package.json');
    // Its ES module build lacks the names that the programming model imports.
    const extensions = createRequire(manifest).resolve('@azure/functions-extensions-base');
    onResolve({ filter: /^@azure\/functions$/ }, () => ({ path: path.join(path.dirname(manifest), 'src/index.ts') }));
    onResolve({ filter: /^@azure\/functions-extensions-base$/ }, () => ({ path: extensions }));
  },
};

await Promise.all(['dist', 'out'].map((name) => rm(path.join(root, name), { recursive: true, force: true })));
const definitions = await writeDefinitions();
const [{ outputFiles }] = await Promise.all([
  build({
    ...bundling,
    define: { ...bundling.define, ...definitions },
    entryPoints: product,
    outdir: 'dist',
    // By writeProduct.
    write: false,
    sourceRoot: '../../dist',
    minify: true,
    external: ['@azure/functions-core'],
    plugins: [chunks, lean, model],
  }),
  build({ ...bundling, entryPoints: programs, outdir: 'out', packages: 'external' }),
  writeConsole(),
]);
await writeProduct(outputFiles);
