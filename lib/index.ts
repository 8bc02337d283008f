/** What the package offers to a CDK app. */
export { ConfigError, loadConfig } from './config/config.ts';
export type { SentinelConfig, SentinelOptionsInput } from './config/config-schema.ts';
export { NamespaceSentinel, type NamespaceSentinelProps } from './namespace-sentinel.ts';
export { SentinelStack, type SentinelStackProps } from './sentinel-stack.ts';
