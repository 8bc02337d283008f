/** What on-call is told about a namespace that was gone before anybody looked: nothing good, and what the audit log knows. */
import { beforeAll, expect, test } from '@jest/globals';
import { contentsOf } from '../../functions/alert/contents.ts';
import { emailOf } from '../../functions/alert/email.ts';
import { reportOf } from '../../functions/alert/report/report.ts';
import { CHECKS } from '../../functions/checks/index.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { RULES } from '../../functions/investigate/indicators/index.ts';
import { investigate } from '../../functions/investigate/investigate.ts';
import { auditLog, event, LATER, time } from '../checks/audit-log.ts';
import { cluster } from '../checks/clusters.ts';
import { finding } from '../checks/examples.ts';
import { INTRUSION } from './report-samples.ts';

let mail: string;
let alert: Alert;

beforeAll(async () => {
  const pod = { spec: { hostPID: true, containers: [{ name: 'main', image: 'x/xmrig:1' }] } };
  const logs = auditLog(
    event({
      at: time('10:01:00'),
      verb: 'create',
      on: 'pods',
      namespace: 'shop',
      name: 'cart',
      code: 201,
      request: pod,
    }),
    event({ at: time('10:09:00'), verb: 'delete', on: 'namespaces', namespace: 'shop', name: 'shop' }),
  );
  const subject = finding();
  const { evidence, assessment } = await investigate(
    subject,
    { kubernetes: cluster({ Namespace: [] }), logs },
    { budgetMs: 20_000, knownAutomation: [] },
    { checks: CHECKS, rules: RULES, now: () => LATER },
  );
  alert = { ...INTRUSION, id: subject.id, finding: subject, evidence, assessment };
  mail = emailOf(alert).replace(/\s+/g, ' ');
});

test('the mail says that it is gone, what was made in it, and who deleted it', () => {
  expect(mail).toContain('Not confirmed: there is no namespace shop now');
  expect(mail).toContain('create pods; images: x/xmrig:1; suspicious: miner-image, host-pid;');
  expect(mail).toMatch(/role\/ci deleted the namespace at 10:09:00/);
});

test('the mail takes nothing for clean', () => {
  expect(mail).toContain('5 Malware Not checked.');
  expect(mail).toContain('Not checked: the namespace is gone, and what was in it with it');
  expect(mail).not.toMatch(/Nothing runs in|The namespace runs no pods|No Service or Ingress exposes it/);
  const clear = (alert.evidence ?? []).filter(({ status }) => status === 'clear').map(({ check }) => check);
  expect(clear).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(workloads|images|network|namespace)$/)]));
});

test('the report has the table of what was done in it', () => {
  const page = reportOf(alert);
  for (const words of ['Actions in the namespace', 'x/xmrig:1', 'image of a cryptocurrency miner', 'Namespace deleted'])
    expect(page).toContain(words);
});

test('what was made in it is kept with the finding, and what the cluster has not is not made up', () => {
  expect(contentsOf(alert)).toEqual({
    made: { until: expect.any(String), kinds: [{ kind: 'pods', count: 1 }], images: ['x/xmrig:1'], more: false },
  });
});
