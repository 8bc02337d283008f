import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { emailOf } from '../../../functions/alert/email.ts';
import { reportOf } from '../../../functions/alert/report/report.ts';
import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import { LocalLogSearch } from '../../../functions/clients/local/log-search.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { gradesFrom, SCHEMA_VERSION } from '../../../functions/contract/vocabulary.ts';
import { investigate } from '../../../functions/investigate/investigate.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { type ClusterChoice, eksClusterOf, openCluster } from '../cluster.ts';
import { checkFile } from '../files.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import { RecordedLog, recordsOf, textsOf } from '../recorded-log.ts';
import type { Task } from '../task.ts';
import { findingFor } from './finding.ts';

export interface InvestigateOptions extends ClusterChoice {
  namespace: string;
  auditLog: string[];
  json?: boolean;
  report?: string;
}

const SETTINGS = { budgetMs: 25_000, knownAutomation: [] };

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function investigateHere(options: InvestigateOptions, task: Task): Promise<ExitCode> {
  const { namespace, auditLog, json, report, ...choice } = options;
  if (auditLog.includes('-'))
    throw new InputError('the audit log is read twice, which standard input cannot be: give a file');
  if (report !== undefined) await checkFile(report, '--report');
  const access = await openCluster(task, choice);
  const cluster = eksClusterOf(access.clusterName) ?? {};
  const kubernetes = new KubeApi(access, task.limits);
  const logs = auditLog.map(
    (file) => new RecordedLog(file, { stdin: task.stdin, cluster, note: (line) => task.note(line) }),
  );
  const signal = AbortSignal.timeout(120_000);
  const finding = await findingFor(namespace, cluster, kubernetes, recordsOf(logs), signal);
  if (!finding) throw new InputError(`there is no namespace ${namespace} in the cluster, nor was one made in the logs`);

  task.waitFor(`Investigating ${namespace}`);
  const clients = {
    kubernetes: { connect: async () => kubernetes },
    ...defined({ logs: auditLog.length > 0 ? new LocalLogSearch({ audit: () => textsOf(auditLog) }) : undefined }),
  };
  const { evidence, assessment, finishedAt } = await investigate(finding, clients, SETTINGS);
  const alert: Alert = {
    schemaVersion: SCHEMA_VERSION,
    id: finding.id,
    finding,
    evidence,
    assessment,
    investigatedAt: finishedAt,
    ...defined({ report: report === undefined ? undefined : resolve(report) }),
  };
  if (report !== undefined) await writeFile(report, reportOf(alert));
  await task.print(json ? `${harmlessJson(alert)}\n` : emailOf(alert));
  if (report !== undefined) task.note(`Report: ${harmlessInTerminal(report)}`);
  return gradesFrom('HIGH').includes(gradeOf(alert)) ? EXIT.attention : EXIT.done;
}
