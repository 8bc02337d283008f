import unit from './jest.config.mjs';

/**
 * System suite: against the twin (docs/twin.md), which it builds and brings up. One file at a time, as each file has a
 * control plane of its own.
 */
export default {
  ...unit,
  reporters: ['default', ['<rootDir>/test/slowest.mjs', { name: 'system' }]],
  testMatch: ['<rootDir>/test/system/**/*.test.ts', '<rootDir>/test/browser/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/cdk.out/'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
