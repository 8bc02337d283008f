import { availableParallelism } from 'node:os';

/** Unit suite: needs nothing but Node. The system suite has a configuration of its own. */
export default {
  reporters: ['default', ['<rootDir>/test/slowest.mjs', { name: 'unit' }]],
  setupFiles: ['<rootDir>/test/quiet.mjs'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/system/', '<rootDir>/test/browser/', '<rootDir>/cdk.out/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/'],
  transform: {
    '\\.[mc]?[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  // middy and the templates' library are ESM only: let the transform take them, and the resolver find middy.
  moduleNameMapper: { '^(@middy/[a-z-]+)$': '<rootDir>/node_modules/$1/index.js' },
  transformIgnorePatterns: [
    '/node_modules/(?!(@middy|@remix-run|@kubernetes|openid-client|oauth4webapi|jose|socks-proxy-agent|agent-base)/)',
  ],
  // One more than there are cores: many tests wait for something.
  maxWorkers: availableParallelism() + 1,
  // A guard against hangs, not a measure: on a busy machine the usual 5 s are soon over.
  testTimeout: 20_000,
  errorOnDeprecated: true,
};
