import { App, Errors } from 'aws-cdk-lib';
import { ConfigError, loadConfig } from '../lib/config/config.ts';
import { SentinelStack } from '../lib/sentinel-stack.ts';

const app = new App({ autoSynth: false }); // else what the synthesis throws is thrown again at the end
try {
  const file = app.node.tryGetContext('config') ?? 'sentinel.config.yaml';
  new SentinelStack(app, 'NamespaceSentinel', { config: loadConfig(file) });
  app.synth();
} catch (error) {
  // A mistake in the configuration, or one that goes beyond what AWS takes (lib/base/limits.ts).
  if (!(error instanceof ConfigError) && !Errors.isValidationError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
