import { App } from 'aws-cdk-lib';
import { ConfigError, loadConfig } from '../lib/config/config.ts';
import { SentinelStack } from '../lib/sentinel-stack.ts';

const app = new App();
try {
  const file = app.node.tryGetContext('config') ?? 'sentinel.config.yaml';
  new SentinelStack(app, 'NamespaceSentinel', { config: loadConfig(file) });
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
