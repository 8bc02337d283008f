/**
 * Tells when the key can no longer be used under which findings, evidence and alerts are encrypted. Apart from the links of the chain,
 * because it must do without the findings table: DynamoDB refuses everything soon after its key is disabled. For the same reason it
 * runs each time, and what it has told is kept in the memory of the process alone.
 */

import type { KeyMetadata } from '@aws-sdk/client-kms';
import type { StackKey } from '../../clients/aws/stack-key.ts';
import type { HealthMessages } from '../../clients/send/health-messages.ts';
import { command } from '../../contract/commands/command.ts';
import { MINUTE_MS, SCHEDULE_MINUTES } from '../../contract/schedule.ts';
import type { Job } from '../job.ts';
import { fixLines } from '../parts/fix-lines.ts';

/** What this process has told about a key that cannot be used. Instants in epoch milliseconds. */
interface KeyTrouble {
  noticedAt: number;
  toldAt: number;
  says: string;
}

export interface KeyClients {
  stackKey: StackKey;
  keyMemory: { trouble: KeyTrouble | undefined };
  health: HealthMessages;
}

/** Who was told is told again after so long, while it lasts. */
const AGAIN_MS = 60 * MINUTE_MS;

interface Unusable {
  /** What it is, as the subject of a mail names it. */
  what: string;
  says: string;
  todo: string;
  fix: string[][];
}

/** @returns undefined where it can be used */
function unusable(arn: string, found: KeyMetadata | undefined): Unusable | undefined {
  const region = arn.split(':')[3] ?? '';
  const options = { '--region': region, '--key-id': arn };
  const enable = command('aws kms enable-key', [], options);
  if (!found)
    return {
      what: 'the key is gone',
      says: `KMS does not know the key ${arn}.`,
      todo: 'What was encrypted with it cannot be read again. Deploy the sentinel as a new stack, and find out in CloudTrail (ScheduleKeyDeletion) who deleted the key.',
      fix: [],
    };
  const { KeyState: state = 'unknown', DeletionDate: deletion } = found;
  switch (state) {
    case 'Enabled':
      return undefined;
    case 'Disabled':
      return {
        what: 'the key is disabled',
        says: `The key ${arn} is disabled.`,
        todo: 'Enable it, and find out in CloudTrail (DisableKey) who disabled it.',
        fix: [enable],
      };
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return {
        what: 'the key is to be deleted',
        says: `The key ${arn} cannot be used, and is to be deleted${deletion ? ` at ${deletion.toISOString()}` : ''}: after that, what was encrypted with it cannot be read again.`,
        todo: 'Take the deletion back, enable the key, and find out in CloudTrail (ScheduleKeyDeletion) who asked for the deletion.',
        fix: [command('aws kms cancel-key-deletion', [], options), enable],
      };
    default:
      return {
        what: 'the key cannot be used',
        says: `The key ${arn} is in the state ${state}, in which it cannot be used.`,
        todo: 'See "Key states of AWS KMS keys" in the guide of KMS for the way out of this state.',
        fix: [],
      };
  }
}

const textOf = ({ says, todo, fix }: Unusable, noticedAt: number): string =>
  [
    `${says} Noticed at ${new Date(noticedAt).toISOString()}.`,
    'Namespace Sentinel encrypts findings, evidence and alerts with it. While the key cannot be used, no alert is sent and no playbook runs, and nobody can read what is kept.',
    `To do: ${todo}`,
    ...fixLines(fix),
    'Afterwards hand over what could not be handled meanwhile: sentinel redrive --yes. This message comes again each hour while it lasts.',
  ].join('\n');

export const key: Job<KeyClients, 'key'> = {
  id: 'key',
  scope: 'stack',
  everyMinutes: SCHEDULE_MINUTES,
  deadlineMs: 30_000,
  needs: { aws: ['kms:DescribeKey', 'sns:Publish'], kubernetes: [] },
  async run({ clients: { stackKey, keyMemory, health }, signal, now }) {
    const found = unusable(stackKey.arn, await stackKey.describe(signal));
    const told = keyMemory.trouble;
    if (!found) {
      if (told)
        await health.tell(
          'the key can be used again',
          `${told.says} That was noticed at ${new Date(told.noticedAt).toISOString()}; now the key can be used again.`,
        );
      keyMemory.trouble = undefined;
      return { usable: true };
    }
    if (told?.says === found.says && now() - told.toldAt < AGAIN_MS) return { usable: false };
    const noticedAt = told?.noticedAt ?? now();
    await health.tell(`${found.what}: no alert is sent`, textOf(found, noticedAt));
    keyMemory.trouble = { noticedAt, toldAt: now(), says: found.says };
    return { usable: false };
  },
};
