/** What is known of how the namespace was made: from the deployment that found it, or from audit logs that a person hands over. */
import type { FindingRecords } from '../../../functions/clients/bucket/finding-records.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import type { Cluster, Finding } from '../../../functions/contract/finding.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { messageOf } from '../../../functions/kit/words.ts';
import { InputError } from '../../input/input.ts';
import { findingNamed } from '../findings/run.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { investigated, type NamespaceQuestion } from '../investigate/investigated.ts';
import { openTable, stackOutputs } from '../table.ts';
import type { Task } from '../task.ts';

export interface KnownFinding {
  finding: Finding;
  /** The last one about it, by which the root cause is found; absent where it cannot be read. */
  alert?: Alert;
}

/**
 * The finding of a deployment, with its alert.
 *
 * @throws {InputError} when there is none, or it names no namespace that could be contained
 * @throws what AWS answers about the table
 */
export async function deployedFinding(
  id: string,
  { stack, region }: { stack?: string; region?: string },
  task: Task,
): Promise<KnownFinding> {
  const { DynamoStoredFindings } = await import('../../../functions/clients/table/dynamo-stored-findings.ts');
  const where = defined({ stack, region });
  const { db, tableName } = await openTable(task, where);
  const { finding } = await findingNamed(new DynamoStoredFindings(db, tableName), id);
  const { namespace, outcome } = finding;
  if (outcome !== 'created' || namespace.name === undefined || namespace.uid === undefined)
    throw new InputError(
      `the finding ${finding.id} is about a namespace that was not made, or whose UID is not known (${outcome}): name the namespace with --namespace`,
    );
  return { finding, ...defined({ alert: await storedAlert(finding, where, task) }) };
}

async function storedAlert(
  finding: Finding,
  where: { stack?: string; region?: string },
  task: Task,
): Promise<Alert | undefined> {
  try {
    const bucket = (await stackOutputs(task, where)).get('EvidenceBucketName');
    if (bucket === undefined) throw new Error('the stack has no output EvidenceBucketName');
    const [{ S3Client }, { S3FindingRecords }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('../../../functions/clients/bucket/s3-finding-records.ts'),
    ]);
    task.waitFor('Reading the alert');
    const s3 = new S3Client(defined({ region: where.region }));
    return await new S3FindingRecords(s3, bucket).alert(finding.id, finding.cluster);
  } catch (error) {
    // Isolation does not wait for it.
    task.note(harmlessInTerminal(`The alert cannot be read, so the root cause stays unknown: ${messageOf(error)}`));
    return undefined;
  }
}

/**
 * The creation of the namespace in audit logs, investigated before anything is changed: what the creator may do is then as it was.
 *
 * @param uid of the namespace that is contained
 * @returns undefined where the logs do not show it
 * @throws {InputError} where a log cannot be read, and what the cluster answers
 */
export async function recordedFinding(
  about: NamespaceQuestion,
  uid: string,
  task: Task,
): Promise<KnownFinding | undefined> {
  const alert = await investigated(about, task);
  const { finding } = alert ?? {};
  if (alert && finding?.source.kind === 'audit-log' && (finding.namespace.uid ?? uid) === uid)
    return { finding, alert };
  task.note('The audit logs do not show how this namespace was made, so the root cause stays unknown.');
  return undefined;
}

/** The alert for the steps of a playbook, in place of the evidence bucket. */
export const recordsOfAlert = (alert: Alert): FindingRecords => ({
  alert: async (id) => (id === alert.id ? alert : undefined),
});

/** @throws {InputError} when the finding is about another cluster than the one that was opened */
export function checkCluster({ finding }: KnownFinding, opened: Cluster): void {
  const differs = (['name', 'region', 'account'] as const).some((part) => {
    const [found, other] = [finding.cluster[part], opened[part]];
    return found !== undefined && other !== undefined && found !== other;
  });
  if (differs && opened.account !== undefined)
    throw new InputError(
      `the finding ${finding.id} is about the cluster ${placeOf(finding.cluster)}, and this is ${placeOf(opened)}: choose another one with --context, or leave --kubeconfig and --context out`,
    );
}

const placeOf = ({ account = '?', region = '?', name = '?' }: Cluster): string => `${account}/${region}/${name}`;
