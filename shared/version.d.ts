// What the build defines.

/** `version` of package.json. */
declare const PROXY_VERSION: string;
