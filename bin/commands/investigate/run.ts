import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { emailOf } from '../../../functions/alert/email.ts';
import { reportOf } from '../../../functions/alert/report/report.ts';
import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import { gradeOf } from '../../../functions/contract/grade.ts';
import { gradesFrom } from '../../../functions/contract/vocabulary.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { type ClusterChoice, eksClusterOf, openCluster } from '../cluster.ts';
import { checkFile } from '../files.ts';
import { harmlessInTerminal, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { Task } from '../task.ts';
import { investigated } from './investigated.ts';

export interface InvestigateOptions extends ClusterChoice {
  namespace: string;
  auditLog: string[];
  json?: boolean;
  report?: string;
}

/** @throws {InputError}, and what the kubeconfig or the cluster answers */
export async function investigateHere(options: InvestigateOptions, task: Task): Promise<ExitCode> {
  const { namespace, auditLog, json, report, ...choice } = options;
  if (auditLog.includes('-'))
    throw new InputError('the audit log is read twice, which standard input cannot be: give a file');
  if (report !== undefined) await checkFile(report, '--report');
  const access = await openCluster(task, choice);
  const cluster = eksClusterOf(access.clusterName) ?? {};
  const kubernetes = new KubeApi(access, task.limits);
  const found = await investigated({ namespace, cluster, kubernetes, auditLog }, task);
  if (!found) throw new InputError(`there is no namespace ${namespace} in the cluster, nor was one made in the logs`);
  const alert = { ...found, ...defined({ report: report === undefined ? undefined : resolve(report) }) };
  if (report !== undefined) await writeFile(report, reportOf(alert));
  await task.print(json ? `${harmlessJson(alert)}\n` : emailOf(alert));
  if (report !== undefined) task.note(`Report: ${harmlessInTerminal(report)}`);
  return gradesFrom('HIGH').includes(gradeOf(alert)) ? EXIT.attention : EXIT.done;
}
