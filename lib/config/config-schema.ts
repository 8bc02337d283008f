import * as z from 'zod';
import { destinationSchemas } from '../../functions/alert/destinations/index.ts';
import { mistake } from '../../functions/kit/mistake.ts';
import { emailAddress, unique } from '../../functions/kit/schemas.ts';
import { ACCOUNT, EKS_CLUSTER, REGION } from '../../functions/kubernetes/names/aws.ts';
import { centralClusters, centralElsewhere, centralFits } from './central-schema.ts';
import { containmentSchema, playbooksFit } from './containment-schema.ts';
import { type InvestigationOptions, MAX_SETTINGS_BYTES, settingsBytes } from './investigation-environment.ts';
import { identityPattern, investigationConfigSchema } from './investigation-schema.ts';
import { networkKeys, networksFit, PLACE_DEPENDENCIES, placeWhole } from './network-schema.ts';

/** The retentions that CloudWatch Logs accepts, in days. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const whole = (min: number, max: number) => z.int().min(min).max(max);

const clusterKeys = z.strictObject({
  name: z
    .string()
    .regex(
      EKS_CLUSTER,
      'must be the name of an EKS cluster: 1 to 100 letters, digits, "-" and "_", not beginning with "-" or "_"',
    )
    .describe('Name of the EKS cluster, in the account and Region of the stack. Its audit log must be switched on.'),
  cutLines: z
    .boolean()
    .default(false)
    .describe(
      'Also watch audit lines that were cut for their length, which no JSON filter pattern matches. Takes the second and last subscription filter of the log group.',
    ),
  accessEntries: z
    .boolean()
    .default(true)
    .describe(
      'Create EKS access entries for the functions that talk to the cluster. Set to false where the authentication mode is CONFIG_MAP, which refuses them; the outputs AwsAuthMapRoles have what to add to aws-auth then.',
    ),
  ...networkKeys,
});

const cluster = clusterKeys.check(placeWhole).meta({ dependencies: PLACE_DEPENDENCIES });

const retention = z.strictObject({
  logsDays: z.literal(LOG_RETENTION_DAYS).default(90).describe("How long the functions' own logs are kept."),
  // Longer than the dead-letter queue keeps a delivery: sent again, it must meet what was done already.
  findingsDays: whole(15, 3650).default(400).describe('How long findings stay in the table.'),
  evidenceDays: whole(1, 3650).default(400).describe('How long reports and evidence stay in the bucket.'),
  protectTable: z
    .boolean()
    .default(false)
    .describe(
      'Refuse the deletion of the findings table. Set it to true after the first deployment: before, a deployment that fails could not be rolled back.',
    ),
});

const concurrency = (room: string) =>
  whole(1, 1000).optional().describe(`Concurrent invocations set aside for ${room}. Default: none.`);

const reservedConcurrency = z.strictObject({
  detect: concurrency('detect'),
  investigate: concurrency('investigate in each network'),
  alert: concurrency('alert'),
});

const limits = z.strictObject({
  maxUnzippedMiB: whole(1, 256)
    .default(64)
    .describe('Largest log delivery, unzipped, that detect reads. Larger ones are kept as rejected records.'),
  investigationBudgetSeconds: whole(5, 45)
    .default(25)
    .describe('How long an investigation may take. An alert goes out within two minutes in any case.'),
  reservedConcurrency: reservedConcurrency
    .prefault({})
    .describe(
      'Concurrency set aside for each function. Leave out in accounts whose limit is small: Lambda refuses it.',
    ),
});

const alarms = z.strictObject({
  functionErrors: whole(1, 10_000)
    .default(1)
    .describe('Failed invocations in five minutes, of all functions together.'),
  eventAgeSeconds: whole(60, 21_600).default(300).describe('How long an event waits before detect or alert takes it.'),
  rejectedRecords: whole(1, 10_000).default(1).describe('Log records that could not be read, waiting in their queue.'),
});

/** The settings of *investigate* fit into its environment. Runs where they are right, whatever is wrong elsewhere. */
const settingsFit = z.check<InvestigationOptions>(({ value, issues }) => {
  if (!value.investigation || !value.knownAutomation || !value.limits) return;
  const bytes = settingsBytes(value);
  if (bytes <= MAX_SETTINGS_BYTES) return;
  const withoutNames = settingsBytes({ ...value, knownAutomation: [] });
  const [longer, other] =
    bytes > 2 * withoutNames ? ['knownAutomation', 'investigation'] : ['investigation', 'knownAutomation'];
  const message = mistake(
    `it is too long: with ${other} it makes ${bytes} bytes of settings, and Lambda takes ${MAX_SETTINGS_BYTES}`,
    'shorten it, by patterns in place of many names',
  );
  issues.push({ code: 'custom', message, input: value, path: [longer] });
});
settingsFit._zod.def.when = ({ value, issues }) =>
  typeof value === 'object' &&
  value !== null &&
  !issues.some(({ path }) => ['investigation', 'knownAutomation', 'limits'].includes(String(path?.[0])));

/** Whether `Intl` can tell times in it, as the function that words the mails does. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '' && !/^[+-]/.test(name);
  } catch {
    return false;
  }
}

/** What a `NamespaceSentinel` needs to know: everything but where it is deployed. */
export const optionsSchema = z
  .strictObject({
    // What a stack takes of them depends on their names and options: see lib/base/limits.ts.
    clusters: z.array(cluster).max(100).check(unique('name'), networksFit).describe('The clusters to watch.'),
    centralClusters,
    ...destinationSchemas,
    healthEmails: z
      .array(emailAddress)
      .min(1, mistake('it names nobody', 'add an address, or leave healthEmails out'))
      .optional()
      .describe('Who is told when Namespace Sentinel itself is unwell. Default: the addresses under emails.'),
    timeZone: z
      .string()
      .refine(isTimeZone, 'must be the IANA name of a time zone, such as Europe/Zurich')
      .optional()
      .describe(
        'Time zone of those who read the mails, such as Europe/Zurich: times are shown in it, beside UTC. Default: UTC alone.',
      ),
    retention: retention.prefault({}).describe('How long things are kept.'),
    limits: limits.prefault({}).describe('Sizes, times and capacity.'),
    knownAutomation: z
      .array(identityPattern)
      .default([])
      .describe(
        'Identities that create namespaces as part of their work (GitOps, CI): IAM role ARNs, or usernames such as system:serviceaccount:flux-system:kustomize-controller. What is LOW of them, and no more than such work shows, is reported in the digest of the day.',
      ),
    investigation: investigationConfigSchema
      .prefault({})
      .describe('What an investigation asks, and how it weighs the answers.'),
    containment: containmentSchema
      .prefault({})
      .describe('The playbooks that isolate a namespace, ask before they remove what runs in it, and release it.'),
    alarms: alarms.prefault({}).describe('Thresholds at which the health topic is told.'),
    dashboard: z
      .boolean()
      .default(true)
      .describe('Deploy the CloudWatch dashboard. The first three of an account are free (docs/cost.md).'),
  })
  .check(settingsFit, playbooksFit, centralFits);

/** The content of `sentinel.config.yaml`. */
export const configSchema = optionsSchema
  .safeExtend({
    stackName: z
      .string()
      // The state machines are named after it, and theirs have at most 80 characters.
      .regex(
        /^[A-Za-z][A-Za-z0-9-]{0,59}$/,
        'must be the name of a CloudFormation stack: letters, digits and hyphens, at most 60',
      )
      .default('NamespaceSentinel')
      .describe('Name of the stack. Two configurations of one account and Region need two names.'),
    account: z
      .string('must be the 12 digits of the AWS account in quotes: without them YAML reads a number')
      .regex(ACCOUNT, 'must be the 12 digits of an AWS account')
      .optional()
      .describe('AWS account of the clusters and the stack. Default: that of the credentials at deployment.'),
    region: z
      .string()
      .regex(REGION, 'must be an AWS Region, such as eu-west-1')
      .optional()
      .describe('AWS Region of the clusters and the stack. Default: that of the credentials at deployment.'),
  })
  .check(centralElsewhere);

/** Options as a person writes them: all but `clusters` may be left out. */
export type SentinelOptionsInput = z.input<typeof optionsSchema>;
/** Options with every default filled in. */
export type SentinelOptions = z.output<typeof optionsSchema>;
/** A configuration file with every default filled in. */
export type SentinelConfig = z.output<typeof configSchema>;

/** The schema for editors, kept in `sentinel.config.schema.json`. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' });
  return { $schema, title: 'Configuration of Namespace Sentinel', ...schema };
}
