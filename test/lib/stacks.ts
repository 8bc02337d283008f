import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parseConfig } from '../../lib/config/config.ts';
import { NamespaceSentinel, type NamespaceSentinelProps } from '../../lib/namespace-sentinel.ts';
import { SentinelStack } from '../../lib/sentinel-stack.ts';

export const ROOT = join(__dirname, '..', '..');

/**
 * An app with the feature flags of `cdk.json`, which does not bundle the functions and does not note where each construct was
 * made. The validation of templates that CDK brings takes four fifths of a synthesis: `templates.test.ts` asks for it.
 */
export const app = (props: AppProps = {}): App =>
  new App({
    builtinCloudFormationValidation: false,
    stackTraces: false,
    ...props,
    context: {
      ...JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')).context,
      'aws:cdk:bundling-stacks': [],
      'aws:cdk:disable-creation-stack-traces': true,
    },
  });

/** A configuration that uses everything: two clusters, chat, limits. */
const FULL = `
account: '111122223333'
region: eu-west-1
clusters:
  - name: blue
    cutLines: true
  - name: green
    accessEntries: false
emails:
  - address: all@example.com
  - address: some@example.com
    minSeverity: HIGH
healthEmails: [platform@example.com]
chat:
  slack: { workspaceId: T0123ABCD, channelId: C0123ABCD }
retention: { logsDays: 30, findingsDays: 200, evidenceDays: 300, protectTable: true }
limits:
  maxUnzippedMiB: 128
  investigationBudgetSeconds: 45
  reservedConcurrency: { detect: 7 }
knownAutomation: ['arn:aws:iam::111122223333:role/deploy']
investigation:
  windowHours: 48
  startScans: true
  usualRegistries: ['602401143452.dkr.ecr.*']
  contacts: [{ pattern: 'arn:aws:iam::111122223333:role/deploy', contact: platform@example.com }]
  logBudgetGiB: 5
  logBudgetVolumes: 3
  flowLogGroups: [/vpc/flow-logs]
  weights: { exec: 7 }
  severities: { CRITICAL: 80 }
containment:
  protectedNamespaces: [payments, 'team-*']
  questionHours: 8
  autoStart: { severity: HIGH, maxPerHour: 2 }
  objectLockDays: 60
alarms: { functionErrors: 3, eventAgeSeconds: 120, rejectedRecords: 5 }
`;

export const fullStack = (scope: App = app()): SentinelStack =>
  new SentinelStack(scope, 'NamespaceSentinel', { config: parseConfig(FULL, 'full.yaml') });

/** The construct in a stack of somebody else, which is not bound to an account. */
export function importedInto(props: NamespaceSentinelProps): Stack {
  const stack = new Stack(app(), 'Theirs');
  new NamespaceSentinel(stack, 'Sentinel', props);
  return stack;
}

export interface Resource {
  id: string;
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's content has no type
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

/** The resources of a type; of all types where none is given. */
export class Resources {
  readonly #all: Resource[];
  readonly outputs: Readonly<Record<string, { Value: unknown; Description: string }>>;

  constructor(stack: Stack) {
    const { Resources: resources, Outputs: outputs = {} } = Template.fromStack(stack).toJSON() as {
      Resources: Record<string, Resource>;
      Outputs?: Resources['outputs'];
    };
    this.#all = Object.entries(resources).map(([id, resource]) => ({ ...resource, id }));
    this.outputs = outputs;
  }

  get all(): readonly Resource[] {
    return this.#all;
  }

  get count(): number {
    return this.#all.length;
  }

  of(type: string): Resource[] {
    return this.#all.filter((resource) => resource.Type === `AWS::${type}`);
  }

  /** The one resource of the type whose logical id holds the name. */
  one(type: string, name: string): Resource {
    const found = this.of(type).filter(({ id }) => id.includes(name));
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} of AWS::${type} ${name}`);
    return found[0];
  }
}

/** A value with the logical id, without CDK's hash, for what it refers to. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Array.isArray(join)) return (join[1] as unknown[]).map(plain).join('');
  if (Array.isArray(attribute)) return `<${withoutHashOf(attribute[0])}>`;
  return `<${withoutHashOf(String(ref))}>`;
}

export const withoutHashOf = (id: string): string => id.replace(/^Sentinel/, '').replace(/[0-9A-F]{8}$/, '');
