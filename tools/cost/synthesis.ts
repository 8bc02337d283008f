/** Synthesises a configuration without bundling the functions, on a machine that knows nothing of AWS. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template as Assertions } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/config/config.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';
import type { Template } from './template.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** The template of so many clusters, everything else at its default. */
export function templateOf(clusters: number): Template {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  const app = new App({
    context: { ...context, 'aws:cdk:bundling-stacks': [] },
    builtinCloudFormationValidation: false, // `npm run deploy` validates, and it takes four fifths of a synthesis
  });
  const names = Array.from({ length: clusters }, (_, index) => ({ name: `cluster-${index}` }));
  const config = parseConfig(JSON.stringify({ clusters: names, emails: [{ address: 'oncall@example.com' }] }), 'cost');
  return Assertions.fromStack(new SentinelStack(app, 'NamespaceSentinel', { config })).toJSON() as Template;
}
