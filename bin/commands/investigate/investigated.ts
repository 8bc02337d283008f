/** The investigation of a namespace on this machine, from its cluster and from audit logs that a person hands over. */
import type { Kubernetes } from '../../../functions/clients/kubernetes/kubernetes.ts';
import { LocalLogSearch } from '../../../functions/clients/local/log-search.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { SCHEMA_VERSION } from '../../../functions/contract/vocabulary.ts';
import { investigate } from '../../../functions/investigate/investigate.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { RecordedLog, recordsOf, textsOf } from '../recorded-log.ts';
import type { Task } from '../task.ts';
import { findingFor } from './finding.ts';

const SETTINGS = { budgetMs: 25_000, knownAutomation: [] };
const LOGS_MS = 120_000;

export interface NamespaceQuestion {
  namespace: string;
  cluster: Cluster;
  kubernetes: Kubernetes;
  /** Files; none of them is standard input, as each is read twice. */
  auditLog: readonly string[];
}

/**
 * @returns undefined where the namespace is neither in the cluster nor in the logs
 * @throws {InputError} where a log cannot be read, and what the cluster answers
 */
export async function investigated(
  { namespace, cluster, kubernetes, auditLog }: NamespaceQuestion,
  task: Task,
): Promise<Alert | undefined> {
  const logs = auditLog.map(
    (file) => new RecordedLog(file, { stdin: task.stdin, cluster, note: (line) => task.note(line) }),
  );
  const finding = await findingFor(namespace, cluster, kubernetes, recordsOf(logs), AbortSignal.timeout(LOGS_MS));
  if (!finding) return undefined;
  task.waitFor(`Investigating ${namespace}`);
  const clients = {
    kubernetes: { connect: async () => kubernetes },
    ...defined({ logs: auditLog.length > 0 ? new LocalLogSearch({ audit: () => textsOf(auditLog) }) : undefined }),
  };
  const { evidence, assessment, finishedAt } = await investigate(finding, clients, SETTINGS);
  return { schemaVersion: SCHEMA_VERSION, id: finding.id, finding, evidence, assessment, investigatedAt: finishedAt };
}
