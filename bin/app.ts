import { Annotations, App, Errors } from 'aws-cdk-lib';
import { ConfigError, loadConfig } from '../lib/config/config.ts';
import { placeholderWarning } from '../lib/config/placeholders.ts';
import { SentinelStack } from '../lib/sentinel-stack.ts';

const app = new App({ autoSynth: false }); // else what the synthesis throws is thrown again at the end
try {
  const file = app.node.tryGetContext('config') ?? 'sentinel.config.yaml';
  const config = loadConfig(file);
  const stack = new SentinelStack(app, 'NamespaceSentinel', { config });
  const placeholders = placeholderWarning(config, file);
  // Only a warning: whoever tries it out wants to see a template, and `npm run deploy` refuses with the same words.
  if (placeholders) Annotations.of(stack).addWarningV2('namespace-sentinel:examples', placeholders);
  app.synth();
} catch (error) {
  // A mistake in the configuration, or one that goes beyond what AWS takes (lib/base/limits.ts).
  if (!(error instanceof ConfigError) && !Errors.isValidationError(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
