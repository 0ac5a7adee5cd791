// Runs the tests of TypeScript sources as they are; the end-to-end suites use the built app in dist/ and out/.
/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/out', '<rootDir>/.stryker-tmp'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  globals: { PROXY_VERSION: 'test' },
  testTimeout: 30_000,
  // The suites mostly wait, for processes of their own: two at a time even where there are two cores.
  maxWorkers: 2,
};
