// What callers send: who leaves which room.
import * as z from 'zod/mini';
import { type ErrorDetail, ProxyError } from './errors';

const MAX_PARTICIPANTS = 350;
const MAX_RAW_ID_LENGTH = 256;
/** Unknown fields named one by one; past this they are counted, so that a hostile body cannot inflate the answer. */
const MAX_UNKNOWN_FIELDS = 20;
const MAX_FIELD_NAME_LENGTH = 64;

const ACS_USER = /^8:(?:acs|spool|dod-acs|gcch-acs):[A-Za-z0-9._~-]+$/;

/** Identifiers of other kinds that callers plausibly have at hand, and what each is. */
const NEVER_IN_A_ROSTER = [
  { prefix: '4:', kind: 'A phone number (4:)' },
  { prefix: '8:orgid:', kind: 'A Teams user (8:orgid:)' },
  { prefix: '28:', kind: 'A bot (28:)' },
];

const RAW_ID_FORM =
  'must be the raw ID of an ACS user: 8:acs:, 8:spool:, 8:dod-acs: or 8:gcch-acs:, ' +
  `then A-Z a-z 0-9 . _ ~ -, ${MAX_RAW_ID_LENGTH} characters at most`;

function rawIdFault(rawId: string): string {
  const other = NEVER_IN_A_ROSTER.find(({ prefix }) => rawId.startsWith(prefix));
  return other
    ? `${other.kind} is never in a room's roster; only ACS users are: the entry ${RAW_ID_FORM}.`
    : `The entry ${RAW_ID_FORM}.`;
}

const rawIdSchema = z
  .string()
  .check(
    z.maxLength(MAX_RAW_ID_LENGTH, { error: ({ input }) => rawIdFault(String(input)), abort: true }),
    z.regex(ACS_USER, { error: ({ input }) => rawIdFault(String(input)) }),
  );

/** The raw ID of an ACS user, for example `8:acs:<resource>_<user>`. */
export type RawId = z.infer<typeof rawIdSchema>;

const ROOM_ID = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,64}$/;

const roomIdSchema = z
  .string({
    error: ({ input }) => (input === undefined ? 'The field is missing.' : 'The room id must be a string.'),
  })
  .check(z.regex(ROOM_ID, 'The room id must be 1 to 64 characters of A-Z a-z 0-9 . _ ~ -, and not "." or "..".'));

/** The body of a removal request. */
export const removalRequestSchema = z.strictObject(
  {
    roomId: roomIdSchema,
    participants: z
      .array(z.union([rawIdSchema, z.object({ rawId: rawIdSchema })]), {
        error: ({ input }) =>
          input === undefined ? 'The field is missing.' : 'The participants must be an array of raw IDs.',
      })
      .check(
        z.minLength(1, 'At least one participant must be named.'),
        z.maxLength(MAX_PARTICIPANTS, `At most ${MAX_PARTICIPANTS} participants can be removed by one request.`),
      ),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'The body must be a JSON object.') },
);

/** Who leaves which room: the request with its forms unified and each participant named once, in the caller's order. */
export interface RemovalRequest {
  roomId: string;
  participants: RawId[];
}

/**
 * The request in `body`.
 *
 * @param body any JSON value
 * @throws ProxyError `InvalidRequest` with one detail for each fault
 */
export function parseRemovalRequest(body: unknown): RemovalRequest {
  const { roomId, participants } = isValid(body) ? body : checked(body);
  const rawIds = participants.map((entry) => (typeof entry === 'string' ? entry : entry.rawId));
  return { roomId, participants: [...new Set(rawIds)] };
}

type RequestBody = z.infer<typeof removalRequestSchema>;

/** By the schema, which says of every fault what and where it is. */
function checked(body: unknown): RequestBody {
  const parsed = z.safeParse(removalRequestSchema, withinBounds(body));
  if (parsed.success) return parsed.data;
  throw invalidRequest(parsed.error.issues.flatMap(detailsOf));
}

/**
 * The same rules for what is asked nearly always, a valid request: at a glance, in half the schema's time for a long list.
 * Whatever it lets through the schema does as well, which a test tries with many thousand bodies.
 */
export function isValid(body: unknown): body is RequestBody {
  if (typeof body !== 'object' || body === null || !('roomId' in body) || !('participants' in body)) return false;
  const { roomId, participants } = body;
  return (
    Object.keys(body).length === 2 &&
    typeof roomId === 'string' &&
    ROOM_ID.test(roomId) &&
    Array.isArray(participants) &&
    participants.length > 0 &&
    participants.length <= MAX_PARTICIPANTS &&
    participants.every((entry) => isRawId(entry) || isRawId(entry?.rawId))
  );
}

function isRawId(entry: unknown): boolean {
  return typeof entry === 'string' && entry.length <= MAX_RAW_ID_LENGTH && ACS_USER.test(entry);
}

/** `InvalidRequest` for these faults, of which there is at least one. */
export function invalidRequest(details: ErrorDetail[], cause?: unknown): ProxyError {
  const targets = new Set(details.map(({ target }) => target?.replace(/\[.*/, '')));
  const [target] = targets.size === 1 ? targets : [];
  const count = details.length === 1 ? 'one fault' : `${details.length} faults`;
  return new ProxyError('InvalidRequest', `The request has ${count}; nothing was removed.`, { target, details, cause });
}

/** Cuts a list that is too long to one past the limit: its length is a fault already, its other faults need no list. */
function withinBounds(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('participants' in body)) return body;
  const { participants } = body;
  if (!Array.isArray(participants) || participants.length <= MAX_PARTICIPANTS) return body;
  return { ...body, participants: participants.slice(0, MAX_PARTICIPANTS + 1) };
}

type Issue = z.core.$ZodIssue;

function detailsOf(issue: Issue): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') return unknownFields(issue.keys);
  const message = issue.code === 'invalid_union' ? entryFault(issue.errors) : issue.message;
  return [{ code: 'InvalidValue', message, target: targetOf(issue.path) }];
}

function unknownFields(names: string[]): ErrorDetail[] {
  const named = names.slice(0, MAX_UNKNOWN_FIELDS).map((name) => ({
    code: 'InvalidValue',
    message: 'The field is unknown; the fields of a request are roomId and participants.',
    target: name.slice(0, MAX_FIELD_NAME_LENGTH),
  }));
  const rest = names.length - named.length;
  return rest > 0 ? [...named, { code: 'InvalidValue', message: `${rest} more fields are unknown.` }] : named;
}

/** What is wrong with an entry of `participants`: the fault of the form it has, not of the one it does not have. */
function entryFault(branches: Issue[][]): string {
  const ofItsForm = branches.flat().find(({ code }) => code !== 'invalid_type');
  return ofItsForm?.message ?? 'The entry must be a raw ID, or an object with the raw ID as a string in rawId.';
}

/** The entry of `participants` or the field at fault, as callers write it: `participants[1]`. */
function targetOf([field, index]: PropertyKey[]): string {
  if (field === undefined) return 'body';
  return typeof index === 'number' ? `${String(field)}[${index}]` : String(field);
}
