// Builds the benchmark into out/bench: the peers as apps beside ours, bundled with the settings that ours has, but with the
// libraries as they are published.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { bundling } from '../../build.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../..');
const to = path.join(project, 'out/bench');

await build({
  ...bundling,
  entryPoints: ['main', 'worker', 'upstream'].map((name) => path.join(here, `${name}.ts`)),
  outdir: to,
  packages: 'external',
});

/** A peer as TypeScript's `module: commonjs` has it, which is what `func init --typescript` sets up: require() of libraries. */
async function asCommonJs(source) {
  const { code } = await transform(await readFile(source, 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    platform: 'node',
    target: bundling.target,
  });
  return { stdin: { contents: code, resolveDir: path.dirname(source) }, conditions: ['require'], mainFields: ['main'] };
}

const source = (peer) => path.join(here, 'peers', `${peer}.ts`);
const peers = {
  empty: { entryPoints: [source('empty')] },
  floor: { entryPoints: [source('floor')] },
  sdk: await asCommonJs(source('sdk')),
  sdkFromModules: { entryPoints: [source('sdk')] },
};
for (const [peer, input] of Object.entries(peers)) {
  const app = path.join(to, 'apps', peer);
  await build({
    ...bundling,
    ...input,
    outfile: path.join(app, 'dist/index.js'),
    minify: true,
    sourcemap: false,
    external: ['@azure/functions-core'],
  });
  await writeFile(path.join(app, 'package.json'), JSON.stringify({ main: 'dist/index.js' }));
}
const ours = path.join(to, 'apps/proxy');
await mkdir(ours, { recursive: true });
await cp(path.join(project, 'dist'), path.join(ours, 'dist'), { recursive: true });
await cp(path.join(project, 'package.json'), path.join(ours, 'package.json'));
