// The fault suites in their long form: npm run soak.
/** @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config'),
  globals: { PROXY_VERSION: 'test', SOAK: true },
  testMatch: ['<rootDir>/test/faults/**/*.test.ts'],
  maxWorkers: 1,
};
