// The api-versions of Rooms that this build speaks.

/** Every api-version this build speaks, and the wire dialect it is written in. Adding a version is a line here. */
export const apiVersions = {
  '2022-02-01': 'participantsRemove',
  '2023-06-14': 'mergePatch',
  '2024-04-15': 'mergePatch',
  '2025-03-13': 'mergePatch',
} as const;

export type ApiVersion = keyof typeof apiVersions;
export type DialectName = (typeof apiVersions)[ApiVersion];
