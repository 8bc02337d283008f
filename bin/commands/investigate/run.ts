import { writeFile } from 'node:fs/promises';
import { emailOf } from '../../../functions/alert/email.ts';
import { reportOf } from '../../../functions/alert/report/report.ts';
import { KubeApi } from '../../../functions/clients/kubernetes/kube-api.ts';
import { KubeconfigKubernetes } from '../../../functions/clients/kubernetes/kubeconfig-kubernetes.ts';
import { LocalLogSearch } from '../../../functions/clients/local/log-search.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import { SCHEMA_VERSION, SEVERITIES } from '../../../functions/contract/vocabulary.ts';
import { investigate } from '../../../functions/investigate/investigate.ts';
import { InputError } from '../../input/input.ts';
import { harmless, harmlessJson } from '../harmless.ts';
import { EXIT, type ExitCode, type Io, Output } from '../io.ts';
import { findingFor, recordsOf } from './finding.ts';

export interface Options {
  kubeconfig: string;
  namespace: string;
  auditLog: string[];
  json?: boolean;
  report?: string;
}

const SETTINGS = { budgetMs: 25_000, knownAutomation: [] };

export async function run({ kubeconfig, namespace, auditLog, json, report }: Options, io: Io): Promise<ExitCode> {
  const cluster = {};
  const access = new KubeconfigKubernetes(kubeconfig, (config) => new KubeApi(config));
  const problems = new Map<string, number>();
  const records = () => recordsOf(auditLog, cluster, (file) => problems.set(file, (problems.get(file) ?? 0) + 1));
  const signal = AbortSignal.timeout(60_000);
  if (io.stderr.isTTY) io.stderr.write(`Looking for ${harmless(namespace)}…\n`);
  const finding = await findingFor(namespace, cluster, await access.connect(), records(), signal);
  for (const [file, count] of problems) io.stderr.write(`${harmless(file)}: ${count} records could not be read\n`);
  if (!finding) throw new InputError(`there is no namespace ${namespace} in the cluster, nor was one made in the logs`);

  if (io.stderr.isTTY) io.stderr.write('Investigating…\n');
  const clients = { kubernetes: access, ...(auditLog.length > 0 && { logs: new LocalLogSearch({ audit: records }) }) };
  const { evidence, assessment, finishedAt } = await investigate(finding, clients, SETTINGS);
  const alert: Alert = {
    schemaVersion: SCHEMA_VERSION,
    id: finding.id,
    finding,
    evidence,
    assessment,
    investigatedAt: finishedAt,
  };
  const output = new Output(io.stdout);
  await output.write(json ? `${harmlessJson(alert)}\n` : emailOf(alert));
  if (report !== undefined) {
    await writeFile(report, reportOf(alert));
    io.stderr.write(`Report: ${harmless(report)}\n`);
  }
  return SEVERITIES.indexOf(assessment.severity) >= SEVERITIES.indexOf('HIGH') ? EXIT.attention : EXIT.done;
}
