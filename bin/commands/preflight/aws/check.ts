import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import type { AwsView } from './view.ts';

/** An action as IAM names it. */
export type IamAction = `${string}:${string}`;

/**
 * What a check found of one thing.
 *
 * - `ok`: seen, and as it should be.
 * - `failed`: seen, and not as it should be.
 * - `note`: nothing that is needed, and worth knowing.
 * - `not-checked`: not seen, so nothing is known of it.
 */
export interface Answer {
  status: 'ok' | 'failed' | 'note' | 'not-checked';
  /** One sentence or more: what is, and what it means. May hold text that others have chosen. */
  says: string;
  /** What to do in words, where it is not what the check says in general. */
  todo?: string;
  /** Commands that put it right, in their order, as argument vectors; may hold text that others have chosen. */
  fix?: readonly (readonly string[])[];
  /** Where it differs from that of the check: a deployment gets over this one, or does not. */
  stopsDeployment?: boolean;
}

export interface AwsContext {
  config: SentinelConfig;
  /** The configuration file, as it was named. */
  file: string;
  region: string;
  /** The account of the credentials, and its partition. */
  account: string;
  partition: string;
  view: AwsView;
  signal: AbortSignal;
}

/** One question to the account: a file, and a row of the table. */
export interface AwsCheck {
  id: string;
  question: string;
  /** Every action that it calls: the policy of `--policy` is made from these. */
  needs: readonly IamAction[];
  /** Whether it is asked as long as there is no stack, once there is one, or both. */
  when: 'before' | 'after' | 'both';
  /** Whether a deployment fails, or is in vain, where this has failed. */
  stopsDeployment: boolean;
  /** @throws what AWS answered, where it gave no answer to the question */
  run(context: AwsContext): Promise<Answer[]>;
  /** What puts it right, in words. */
  fix: string;
}
