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
    `  Recording  ${lines.length} log lines of cluster ${clusters.join(', ')}`,
    `             ${file === '-' ? 'standard input' : relative('.', file)}`,
    '  Real       detection, investigation, mails and reports; the playbooks with their deployed definitions and steps',
    `  Simulated  AWS${objects ? `; in the cluster ${SIMULATED}` : ''}`,
    ...(isStaged
      ? ['  Staged     answers of logs, CloudTrail, ECR, GuardDuty and flow logs, written by hand (staged.json)']
      : []),
    `  Times      ${endedAt === undefined ? 'of now' : 'of the recording'}; waits are skipped`,
  ].map(harmlessInTerminal);
}

/** Where the files are. @param shown the mail that is shown */
export function whereToLook(mails: readonly Mail[], out: string, shown: Mail): string[] {
  const alert = alertIn(shown);
  const here = (...path: string[]): string => harmlessInTerminal(relative('.', join(...path)) || '.');
  const folder = join(out, alert ? alertFolder(alert.finding.cluster, alert.id) : '');
  const update = alert?.update ? `update-${alert.update.look}` : '';
  const hasFollowUps = mails.some(({ json }) => Object(json).playbook !== undefined);
  return [
    `  Report               ${here(folder, update, 'report.html')} (open it in a browser)`,
    ...(hasFollowUps
      ? [
          `  Containment reports  ${here(folder, 'containment')} (a page for each mail of a playbook)`,
          `  Snapshot, evidence   ${here(out, 'containment')}`,
        ]
      : []),
    `  Mails                ${here(out)}: ${mails.length} in *-topic-email.txt; as JSON and for chat beside them`,
  ];
}
