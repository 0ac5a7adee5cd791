// Who calls, by the principal that App Service authentication writes.
import { type CallerPolicy, identifyCaller } from '../../shared/contract/caller';

const ROLE = 'Rooms.Remove';
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const claims = (...pairs: [string, string][]) => ({ claims: pairs.map(([typ, val]) => ({ typ, val })) });

function codeOf(
  principal: string | undefined,
  policy: CallerPolicy = { principalVouched: true, requiredAppRole: ROLE },
) {
  try {
    return identifyCaller(new Headers(principal === undefined ? {} : { 'x-ms-client-principal': principal }), policy);
  } catch (error) {
    return error;
  }
}

test.each<[string, unknown]>([
  ['among others', claims(['roles', 'Other'], ['roles', ROLE])],
  ['under the type that the principal names', { ...claims(['urn:role', ROLE]), role_typ: 'urn:role' }],
  ['with a role type of null', { ...claims(['roles', ROLE]), role_typ: null }],
])('the role is held %s', (_, principal) => {
  expect(codeOf(encode(principal))).toEqual({ appId: undefined });
});

test.each<[string, unknown]>([
  ['another role', claims(['roles', 'Other'])],
  ['none', claims()],
  ['the role under another type', claims(['scp', ROLE])],
  ['the role under a type that another principal would name', { ...claims(['urn:role', ROLE]), role_typ: 'other' }],
])('who holds %s is Forbidden, and told so', (_, principal) => {
  expect(codeOf(encode(principal))).toMatchObject({
    code: 'Forbidden',
    message: 'The caller does not hold the app role that removing people requires.',
  });
});

/** A principal whose base64 is of this length. */
function ofLength(length: number): string {
  const base = claims(['roles', ROLE], ['pad', '']);
  const pad = (length / 4) * 3 - JSON.stringify(base).length;
  return encode(claims(['roles', ROLE], ['pad', 'x'.repeat(pad)]));
}

test('a principal of 64 KiB is read, and no longer one', () => {
  expect(ofLength(65_536)).toHaveLength(65_536);
  expect(codeOf(ofLength(65_536))).toEqual({ appId: undefined });
  expect(codeOf(ofLength(65_540))).toMatchObject({ code: 'Unauthenticated' });
});

const holder = encode(claims(['roles', ROLE]));
test.each([
  ['nothing', undefined],
  ['what is before base64', `!${holder}`],
  ['what is after base64', `${holder}!`],
  ['too much padding', `${encode(claims(['roles', ROLE]))}====`],
  ['base64 of no JSON', Buffer.from('{').toString('base64')],
  ['claims of no list', encode({ claims: {} })],
  ['no claims', encode({})],
  ['a claim without a type', encode({ claims: [{ val: ROLE }] })],
  ['a claim without a value', encode({ claims: [{ typ: 'roles' }] })],
])('%s is no principal', (_, principal) => {
  expect(codeOf(principal)).toMatchObject({
    code: 'Unauthenticated',
    message: 'Sign in first: App Service authentication knows no caller here.',
  });
});

test('a forged header counts for nothing where the platform does not vouch for it', () => {
  expect(codeOf(holder, { principalVouched: false, requiredAppRole: ROLE })).toMatchObject({ code: 'Unauthenticated' });
});

test.each<[string, ReturnType<typeof claims>, string | undefined]>([
  ['azp', claims(['name', 'somebody'], ['azp', 'app-1']), 'app-1'],
  ['appid', claims(['name', 'somebody'], ['appid', 'app-2']), 'app-2'],
  ['azp before appid', claims(['appid', 'app-2'], ['azp', 'app-1']), 'app-1'],
  ['no claim', claims(['name', 'somebody']), undefined],
])('the app is known by %s', (_, principal, appId) => {
  const open = { principalVouched: true, requiredAppRole: undefined };
  expect(codeOf(encode(principal), open)).toEqual({ appId });
  expect(codeOf(encode(principal), { ...open, principalVouched: false })).toEqual({ appId: undefined });
});
