/** What the demo says before and after. */
import { join, relative } from 'node:path';
import { alertFolder } from '../../../functions/contract/alert-key.ts';
import type { RecordedCluster } from '../../local/recorded-cluster.ts';
import { SIMULATED } from '../../local/simulation/cluster.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { alertIn, type Mail } from './mails.ts';

/** What is played, and what of it is real. */
export function introduction(
  file: string,
  { title, lines, deliveries, isStaged, objects, endedAt }: RecordedCluster,
): string[] {
  const clusters = deliveries.map(({ cluster: { name, region, account } }) => `${name} (${region}, ${account})`);
  return [
    ...(title === undefined ? [] : [`${title}.`]),
    '',
    `  Recording  ${lines.length} log lines of cluster ${clusters.join(', ')}${file === '-' ? '' : ` in ${relative('.', file)}`}`,
    '  Real       detection, investigation, mails and reports; the playbooks with their deployed definitions and steps',
    `  Simulated  AWS${objects ? `; in the cluster ${SIMULATED}` : ''}`,
    ...(isStaged
      ? ['  Staged     answers of logs, CloudTrail, ECR, GuardDuty and flow logs, written by hand (staged.json)']
      : []),
    `  Times      ${endedAt === undefined ? 'of now' : 'of the recording'}; waits are skipped`,
  ].map(harmlessInTerminal);
}

/** Where the files are. @param first the mail that is shown */
export function whereToLook(mails: readonly Mail[], out: string, first: Mail): string[] {
  const alert = alertIn(first);
  const here = (path: string): string => harmlessInTerminal(relative('.', path) || '.');
  const folder = alert && join(out, alertFolder(alert.finding.cluster, alert.id));
  const hasFollowUps = mails.some(({ json }) => Object(json).playbook !== undefined);
  return [
    ...(folder
      ? [
          `  Report               ${here(join(folder, 'report.html'))} (open it in a browser)`,
          `  Report of the update ${here(join(folder, 'update-1', 'report.html'))}`,
        ]
      : []),
    ...(folder && hasFollowUps
      ? [
          `  Containment reports  ${here(join(folder, 'containment'))}: a page for each playbook mail`,
          `  Evidence, snapshot   ${here(join(out, 'containment'))}`,
        ]
      : []),
    `  All ${String(mails.length).padStart(2)} mails         ${here(out)}: NNN-topic-email.txt; the same as JSON and for chat beside them`,
  ];
}
