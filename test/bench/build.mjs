// Builds the benchmark into out/bench: the peers as apps beside ours, each bundled just as ours is.
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
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
for (const peer of ['empty', 'floor', 'sdk']) {
  const app = path.join(to, 'apps', peer);
  await build({
    ...bundling,
    entryPoints: [path.join(here, 'peers', `${peer}.ts`)],
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
