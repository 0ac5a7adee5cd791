// The suites that need no process of their own, against the sources: what mutation testing (stryker.config.json) runs.
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  globals: { PROXY_VERSION: '0.0.0', IN_PROCESS: true },
  testMatch: [
    '<rootDir>/test/unit/**/*.test.ts',
    '<rootDir>/test/e2e/{callers,mergePatch,preview,requestBody}.test.ts',
  ],
};
