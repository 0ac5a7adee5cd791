// An answer to a caller, and what all of them have in common.

/** An HTTP response as the programming model takes it. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export const COMMON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** JSON that is not about one removal: health, definitions. */
export function jsonAnswer(status: number, body: object): Answer {
  return { status, headers: COMMON_HEADERS, body: JSON.stringify(body) };
}
