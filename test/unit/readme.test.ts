// The README says what is: its tables name what the code has, its links lead somewhere, its commands exist.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { apiVersions } from '../../shared/apiVersions';
import { errorCatalogue } from '../../shared/contract/errors';
import { environmentSchema } from '../../shared/environment';

const project = path.resolve(__dirname, '../..');
const readme = readFileSync(path.join(project, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'));

/** The first cells of the rows below this heading. */
function rowsOf(heading: string): string[] {
  const [, section = ''] = readme.split(`\n${heading}\n`);
  return (section.split(/\n##+ /)[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
}

test.each(Object.entries(errorCatalogue))(
  '%s is in the contract with its status, and in the troubleshooting',
  (code, { status }) => {
    expect(rowsOf('## The contract').filter((row) => row.startsWith(`| ${status} | \`${code}\` |`))).toHaveLength(1);
    expect(rowsOf('## When something is wrong').filter((row) => row.startsWith(`| \`${code}\` |`))).toHaveLength(1);
  },
);

/** What the platform sets, and the standard variables that are mentioned together. */
const NOT_SET_BY_HAND = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'WEBSITE_AUTH_ENABLED', 'OTEL_EXPORTER_OTLP_HEADERS'];

test('every setting has its row, and no row is about another', () => {
  const named = rowsOf('## Settings').flatMap((row) => /^\| `([A-Z_]+)` \|/.exec(row)?.[1] ?? []);
  const known = Object.keys(environmentSchema.shape).filter((name) => !NOT_SET_BY_HAND.includes(name));
  expect(named.sort()).toEqual(known.sort());
});

test('every api-version is named', () => {
  for (const version of Object.keys(apiVersions)) expect(readme).toContain(`\`${version}\``);
});

test('every dependency has its reason', () => {
  const [, section = ''] = readme.split('### Dependencies, and why each is there');
  const named = section.split('\n').flatMap((row) => {
    const [first = ''] = row.split(' | ');
    const names = [...first.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    const scope = /^(@[a-z-]+\/(?:communication|)[a-z]*)/.exec(names[0] ?? '')?.[1] ?? '';
    return names.map((name) => (name.startsWith('-') ? `${scope}${name}` : name));
  });
  const all = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const short = (name: string) =>
    name.replace('@opentelemetry/', '').replace('@stryker-mutator/', '').replace('@azure/communication-', '');
  const missing = all.filter(
    (name) => !name.startsWith('@types/') && !named.some((each) => each === name || each.endsWith(short(name))),
  );
  expect(missing).toEqual([]);
});

test.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/logic-apps/README.md', 'test/faults/README.md'])(
  'the links of %s lead somewhere, and its npm scripts exist',
  (name) => {
    const text = readFileSync(path.join(project, name), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !existsSync(path.resolve(project, path.dirname(name), link)))).toEqual([]);
    const anchors = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
    const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^a-z ]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(headings).toEqual(expect.arrayContaining(anchors));
    const scripts = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, script = '']) => script);
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(scripts));
  },
);
