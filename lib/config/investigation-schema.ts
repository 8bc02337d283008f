import * as z from 'zod';
import { scaleProblems } from '../../functions/investigate/weights.ts';
import { mistake } from '../../functions/kit/mistake.ts';

/** What the function would refuse. Runs whatever else is wrong, and is silent about what was said already. */
const checkScale = z.check<{ weights: object; severities: object }>(({ value, issues }) => {
  const said = issues.map(({ path = [] }) => path.join('.'));
  const isSaid = (path: string) =>
    said.some((each) => `${each}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${each}.`));
  const { weights, severities } = value;
  for (const { path, message } of scaleProblems({ weights: groupOf(weights), severities: groupOf(severities) }))
    if (!isSaid(path.join('.'))) issues.push({ code: 'custom', message, input: value, path: [...path] });
});
checkScale._zod.def.when = ({ value }) => typeof value === 'object' && value !== null;

/** Empty in place of what is not a group, about which something was said already. */
const groupOf = (value: object | undefined): Record<string, number> =>
  typeof value === 'object' && value !== null ? (value as Record<string, number>) : {};

const threshold = z.int().min(1).max(100).optional();

const severities = z
  .strictObject({
    MEDIUM: threshold.describe('The score at which MEDIUM begins.'),
    HIGH: threshold.describe('The score at which HIGH begins.'),
    CRITICAL: threshold.describe('The score at which CRITICAL begins.'),
  })
  .default({});

const contact = z.strictObject({
  pattern: z.string().min(1).describe('IAM principal or username; * stands for any text.'),
  contact: z.string().min(1).describe('Whom to ask: a team, an address, a channel.'),
});

/** A pattern of IAM principals or usernames, as in `checks/parts/automation.ts`. */
export const identityPattern = z
  .string()
  .min(1)
  .refine((name) => !/^\*+$/.test(name), { error: mistake('it would mean everybody', 'name an identity') })
  .refine((name) => !/:role\/[^*]*\//.test(name), {
    error: mistake(
      'it has the path of the role, which the audit log does not hold',
      'leave the path out: arn:aws:iam::111122223333:role/NAME',
    ),
  })
  .refine((name) => !name.includes(':assumed-role/'), {
    error: mistake('it is the ARN of a session', 'use the ARN of the role: arn:aws:iam::111122223333:role/NAME'),
  });

/** What an investigation asks, and how it weighs the answers. */
export const investigationConfigSchema = z
  .strictObject({
    windowHours: z
      .int()
      .min(1)
      .max(24 * 90) // CloudTrail's event history
      .default(24)
      .describe('How far back the logs are asked. A longer window costs more.'),
    startScans: z
      .boolean()
      .default(false)
      .describe('Let Amazon ECR scan an image of a new namespace that was not scanned yet.'),
    usualRegistries: z
      .array(
        z
          .string()
          .min(1)
          .refine((pattern) => !/^\*+$/.test(pattern), {
            error: mistake('it would make every registry usual', 'name a registry'),
          }),
      )
      .default([])
      .describe('Registries that images usually come from, such as 602401143452.dkr.ecr.*; * stands for any text.'),
    contacts: z.array(contact).default([]).describe('Whom to ask about what an identity did.'),
    proxies: z
      .array(identityPattern)
      .default([])
      .describe(
        'Identities that act for people by impersonation, and whose word on whom they act for is believed: Rancher (system:serviceaccount:cattle-impersonation-system:*), Teleport. IAM role ARNs or usernames; * stands for any text. Whoever holds one of these can name anybody.',
      ),
    breakGlass: z
      .array(identityPattern)
      .default([])
      .describe(
        'Roles for emergencies, by IAM role ARN or username; * stands for any text. What they do always alerts, at least as MEDIUM, and can never be accepted.',
      ),
    logBudgetGiB: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe(
        'No more than this is scanned of a log group in a day, whatever is written to it. With less than a day of the log, first looks see only the hour before a request. Default: no such limit.',
      ),
    logBudgetVolumes: z
      .int()
      .min(1)
      .max(1_000)
      .default(12)
      .describe(
        'How many times what is written to a log group in a day may be scanned of it in a day by CloudWatch Logs Insights. Each time costs about 1 % of what CloudWatch Logs takes for writing it; one first look at a new actor is one time.',
      ),
    flowLogGroups: z
      .array(
        z
          .string()
          .regex(
            /^[\w./#-]{1,512}$/,
            'must be the name of a log group: letters, digits and the signs _ - / # and the full stop',
          ),
      )
      .default([])
      .describe('Log groups with VPC flow logs that may be asked. Default: none.'),
    weights: z
      .record(z.string(), z.number())
      .default({})
      .describe("Points by an indicator's id, in place of the default; 0 switches it off."),
    severities: severities.describe('Scores at which the severities begin, in place of the default.'),
  })
  .check(checkScale);

export type InvestigationConfig = z.output<typeof investigationConfigSchema>;
