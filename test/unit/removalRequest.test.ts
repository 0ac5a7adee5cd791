// The rules of a removal request, case by case.
import * as fc from 'fast-check';
import * as z from 'zod/mini';
import { ProxyError } from '../../shared/contract/errors';
import { isValid, parseRemovalRequest, removalRequestSchema } from '../../shared/contract/removalRequest';

const ID = '8:acs:resource_user';

function faultsOf(body: unknown): Record<string, string> {
  try {
    parseRemovalRequest(body);
  } catch (error) {
    if (!(error instanceof ProxyError) || error.code !== 'InvalidRequest') throw error;
    const details = error.details ?? [];
    const byTarget = Object.fromEntries(details.map(({ target = '', message }) => [target, message]));
    // One detail a fault: no two of one target.
    expect(Object.keys(byTarget)).toHaveLength(details.length);
    return byTarget;
  }
  throw new Error('The request was accepted.');
}

describe('roomId', () => {
  test.each(['9', '99199690362660524', 'aZ0._~-', '...', 'x'.repeat(64)])('%s is one', (roomId) => {
    expect(parseRemovalRequest({ roomId, participants: [ID] }).roomId).toBe(roomId);
  });

  test.each(['', '.', '..', 'x'.repeat(65), 'a/b', 'a b', 'é', '9\n', '%2e', 1, null, ['9'], {}])(
    '%j is none',
    (roomId) => {
      expect(Object.keys(faultsOf({ roomId, participants: [ID] }))).toEqual(['roomId']);
    },
  );
});

describe('a raw ID', () => {
  test.each([ID, '8:spool:x', '8:dod-acs:x', '8:gcch-acs:x.y_z~-', `8:acs:${'x'.repeat(250)}`])(
    '%s is one, alone and as rawId',
    (rawId) => {
      expect(parseRemovalRequest({ roomId: '9', participants: [rawId] }).participants).toEqual([rawId]);
      expect(parseRemovalRequest({ roomId: '9', participants: [{ rawId, role: 1 }] }).participants).toEqual([rawId]);
    },
  );

  test.each([
    '',
    '8:acs:',
    '8:ACS:x',
    '8:other:x',
    'x',
    ' 8:acs:x',
    '8:acs:x\n',
    '8:acs:a/b',
    '8:acs:a:b',
    `8:acs:${'x'.repeat(251)}`,
  ])('%j is none, alone and as rawId', (rawId) => {
    for (const entry of [rawId, { rawId }]) {
      expect(faultsOf({ roomId: '9', participants: [ID, entry] })).toEqual({
        'participants[1]': expect.stringMatching(/^The entry must be the raw ID of an ACS user/),
      });
    }
  });

  test.each([
    ['4:+4917012345', 'phone number'],
    ['8:orgid:11111111-2222', 'Teams user'],
    ['28:bot', 'bot'],
  ])('%s is refused with a message that says why', (rawId, kind) => {
    for (const entry of [rawId, { rawId }]) {
      expect(faultsOf({ roomId: '9', participants: [entry] })['participants[0]']).toContain(kind);
    }
  });

  test.each([1, null, true, [], [ID], {}, { id: ID }, { rawId: 1 }])('%j is no entry', (entry) => {
    expect(faultsOf({ roomId: '9', participants: [entry] })).toEqual({
      'participants[0]': expect.stringContaining('must be a raw ID, or an object'),
    });
  });
});

describe('participants', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `8:acs:${index}`);

  test.each([1, 350])('may be %i', (count) => {
    expect(parseRemovalRequest({ roomId: '9', participants: many(count) }).participants).toHaveLength(count);
  });

  test('may not be none, nor 351', () => {
    expect(faultsOf({ roomId: '9', participants: [] }).participants).toContain('At least one');
    expect(faultsOf({ roomId: '9', participants: many(351) }).participants).toContain('At most 350');
  });

  test.each([null, 'x', {}, 1])('may not be %j', (participants) => {
    expect(faultsOf({ roomId: '9', participants }).participants).toContain('must be an array');
  });

  test('count once each, in the order in which they first come', () => {
    const { participants } = parseRemovalRequest({
      roomId: '9',
      participants: ['8:acs:b', '8:acs:a', { rawId: '8:acs:b' }],
    });
    expect(participants).toEqual(['8:acs:b', '8:acs:a']);
  });

  test('count before duplicates are taken out, so that the limit is one of the request', () => {
    expect(faultsOf({ roomId: '9', participants: Array(351).fill(ID) }).participants).toContain('At most 350');
  });
});

describe('the whole', () => {
  test.each([null, 1, 'x', true, [], [ID]])('%j is no request', (body) => {
    expect(faultsOf(body)).toEqual({ body: 'The body must be a JSON object.' });
  });

  test('every fault is told at once, each with its target', () => {
    const body = JSON.parse(
      `{"roomId": 7, "participants": ["x", "${ID}", {"rawId": "4:+1"}], "participant": [], "__proto__": 1}`,
    );
    expect(Object.keys(faultsOf(body)).sort()).toEqual(
      ['__proto__', 'participant', 'participants[0]', 'participants[2]', 'roomId'].sort(),
    );
  });

  test('what is missing is named', () => {
    expect(faultsOf({})).toEqual({ roomId: 'The field is missing.', participants: 'The field is missing.' });
  });

  test('the target of the error is the field, where all faults are of one', () => {
    expect(() => parseRemovalRequest({ roomId: '9', participants: ['x', 'y'] })).toThrow(
      expect.objectContaining({ target: 'participants', message: expect.stringContaining('2 faults') }),
    );
    expect(() => parseRemovalRequest({ roomId: '', participants: ['x'] })).toThrow(
      expect.objectContaining({ target: undefined }),
    );
  });

  test('a body made of faults cannot inflate the answer', () => {
    const hostile = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${'f'.repeat(100)}${index}`, 1]));
    const sized = (body: unknown) => {
      try {
        parseRemovalRequest(body);
        return 0;
      } catch (error) {
        return JSON.stringify((error as ProxyError).details).length;
      }
    };
    expect(sized({ ...hostile, roomId: '9', participants: [ID] })).toBeGreaterThan(0);
    expect(sized({ ...hostile, roomId: '9', participants: [ID] })).toBeLessThan(10_000);
    expect(sized({ roomId: '9', participants: Array(100_000).fill(1) })).toBeLessThan(100_000);
  });
});

test('what is valid at a glance is what the schema finds valid', () => {
  const rawId = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom('8:acs:a_b', '8:spool:x.y', '8:dod-acs:~', '8:gcch-acs:-') },
    fc.constantFrom(
      '',
      '4:+1',
      '8:orgid:a',
      '8:acs:',
      '8:acs:a b',
      '8:acs:a\n',
      `8:acs:${'x'.repeat(250)}`,
      `8:acs:${'x'.repeat(251)}`,
    ),
    fc.anything(),
  );
  const entry = fc.oneof(rawId, fc.record({ rawId }), fc.record({ rawId, role: fc.string() }), fc.array(rawId));
  const fields = {
    roomId: fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9._~-]{1,65}$/),
      fc.constantFrom('.', '..', '', 'a/b'),
      fc.anything(),
    ),
    participants: fc.oneof(
      fc.array(entry, { maxLength: 4 }),
      fc.array(fc.constantFrom('8:acs:a_b', '4:+1'), { minLength: 349, maxLength: 352 }),
      fc.anything(),
    ),
  };
  const body = fc.oneof(
    { weight: 9, arbitrary: fc.record(fields) },
    fc.record({ ...fields, extra: fc.anything() }, { requiredKeys: [] }),
    fc.anything(),
  );
  let valid = 0;
  fc.assert(
    fc.property(body, (any) => {
      const glance = isValid(any);
      if (glance) valid += 1;
      return glance === z.safeParse(removalRequestSchema, any).success;
    }),
    { numRuns: 20_000 },
  );
  expect(valid).toBeGreaterThan(100);
});
