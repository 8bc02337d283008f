/** Each probe of `preflight --live`: what it says of an account that shows every claim, of one that contradicts it, and of one that may not be asked. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { contextFor } from '../../../../bin/commands/preflight/aws/ask.ts';
import { awsClients } from '../../../../bin/commands/preflight/aws/clients.ts';
import { type LiveRow, rowsOfProbe } from '../../../../bin/commands/preflight/live/ask.ts';
import type { ClaimId } from '../../../../bin/commands/preflight/live/claims.ts';
import type { LiveProbe } from '../../../../bin/commands/preflight/live/probe.ts';
import { LIVE_PROBES } from '../../../../bin/commands/preflight/live/probes/index.ts';
import { parseConfig } from '../../../../lib/config/config.ts';
import { type Account, type Answer, asked, CONFIG, denied, REGION, unreachable, use, VPC } from '../account.ts';
import { shown, WRITES, write } from './account.ts';
import { Deployment, STACK_ID } from './deployment.ts';

jest.setTimeout(120_000);

/** In a VPC, so that what concerns one is asked as well. */
const IN_VPC = parseConfig(
  CONFIG.replace(
    'cutLines: true',
    `cutLines: true\n    vpc: ${VPC.vpc}\n    subnets: [${VPC.subnets}]\n    securityGroups: [${VPC.securityGroups}]`,
  ),
  'test.yaml',
);
let deployment: Deployment;
beforeAll(() => {
  deployment = new Deployment(IN_VPC);
});

const NOW = Date.parse('2026-11-26T10:20:00Z');

async function rows(probe: LiveProbe, account: Account, of = deployment): Promise<LiveRow[]> {
  use(account);
  const context = await contextFor(IN_VPC, 'test.yaml', awsClients(REGION));
  asked.clear();
  return rowsOfProbe(probe, {
    ...context,
    stackId: STACK_ID,
    outputs: of.outputs,
    hours: 24,
    now: () => NOW,
    pollMs: 0,
    waitFor: () => {},
  });
}

const probeOf = (claim: ClaimId): LiveProbe => LIVE_PROBES.find(({ claims }) => claims.includes(claim)) as LiveProbe;

describe.each(LIVE_PROBES.map((probe) => [probe.id, probe] as const))('%s', (_, probe) => {
  test('proves each of its claims where the account shows them', async () => {
    const found = await rows(probe, shown(deployment));
    expect(found.map(({ verdict, says }) => [verdict, says])).toEqual(found.map(({ says }) => ['proven', says]));
    expect([...new Set(found.map(({ claim }) => claim))].sort()).toEqual([...probe.claims].sort());
  });

  test('calls what it says that it needs, and nothing else', async () => {
    await rows(probe, shown(deployment));
    const stops = probe.needs.filter((action) => action !== 'logs:StopQuery'); // only what takes too long
    expect([...asked].sort()).toEqual([...stops].sort());
  });

  test('says which right is missing, of every claim, and proves nothing by it', async () => {
    for (const action of probe.needs.filter((each) => each !== 'logs:StopQuery')) {
      const found = await rows(probe, { ...shown(deployment), [action]: denied(action) });
      const untold = probe.claims.filter((claim) => !found.some((row) => row.claim === claim));
      expect([action, untold]).toEqual([action, []]);
      expect(found.some(({ verdict, says }) => verdict === 'not-asked' && says.includes(`grant ${action}`))).toBe(true);
      expect(found.filter(({ verdict }) => verdict === 'contradicted')).toEqual([]);
    }
  });

  test('says that a service cannot be reached, and gives up where the credentials have expired', async () => {
    const [action = ''] = probe.needs;
    const found = await rows(probe, { ...shown(deployment), [action]: unreachable() });
    expect(found.map(({ says }) => says).join('\n')).toMatch(/cannot be reached \(ETIMEDOUT/);
    const expired = Object.assign(new Error('expired'), { name: 'ExpiredTokenException', $metadata: {} });
    await expect(rows(probe, { ...shown(deployment), [action]: expired })).rejects.toBe(expired);
  });
});

interface Contradiction {
  claim: ClaimId;
  name: string;
  account: () => Account;
  of?: () => Deployment;
  says: RegExp;
}

/** A deployment whose policies somebody has changed. */
function changed(change: Parameters<Deployment['change']>[0]): Deployment {
  const made = new Deployment(IN_VPC);
  made.change(change);
  return made;
}
const withRights = (Action: string, Resource: string) =>
  changed((statements, role) =>
    role.includes('Investigate') ? [...statements, { Effect: 'Allow', Action, Resource }] : statements,
  );
const refusing = changed((statements) =>
  statements.filter(({ Action }) => ![Action].flat().includes('logs:StartQuery')),
);
const open = withRights('secretsmanager:*', '*');
const other = (more: Account) => ({ ...shown(deployment), ...more });
const seen = (...writes: Record<string, string>[]) => shown(deployment, [...WRITES, ...writes]);
const metrics = (values: Record<string, number>) => {
  const usual = shown(deployment)['cloudwatch:GetMetricStatistics'];
  return other({
    'cloudwatch:GetMetricStatistics': (input: Answer) =>
      input.MetricName in values ? { Datapoints: [{ Sum: values[input.MetricName] }] } : usual(input),
  });
};
const testStateThat = (change: (input: Answer, answer: Answer) => Answer) => {
  const usual = shown(deployment)['states:TestState'];
  return other({ 'states:TestState': async (input: Answer) => change(input, await usual(input)) });
};
const refusedCall = (EventSource: string, EventName: string) => ({
  'cloudtrail:LookupEvents': {
    Events: [{ EventName, EventSource, CloudTrailEvent: JSON.stringify({ errorCode: 'AccessDenied' }) }],
  },
});

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    claim: 'roles-allowed',
    name: 'a statement is gone',
    account: () => shown(refusing),
    of: () => refusing,
    says: /Investigate.*refused is what it needs: logs:StartQuery on arn:aws:logs:eu-west-1:444455556666:log-group:\/aws\/eks\/prod\/cluster:\* \(implicitDeny\)/,
  },
  {
    claim: 'roles-allowed',
    name: 'the organisation refuses',
    account: () =>
      other({
        'iam:SimulatePrincipalPolicy': ({ ActionNames }: Answer) => ({
          EvaluationResults: ActionNames.map((EvalActionName: string) => ({
            EvalActionName,
            EvalDecision: 'implicitDeny',
            OrganizationsDecisionDetail: { AllowedByOrganizations: false },
          })),
        }),
      }),
    says: /by a policy of the organisation/,
  },
  {
    claim: 'roles-confined',
    name: 'somebody gave a role Secrets',
    account: () => shown(open),
    of: () => open,
    says: /allowed is what it must not do: secretsmanager:GetSecretValue/,
  },
  {
    claim: 'definitions-valid',
    name: 'the service finds a mistake',
    account: () =>
      other({
        'states:ValidateStateMachineDefinition': {
          result: 'FAIL',
          diagnostics: [{ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message: 'no such field' }],
        },
      }),
    says: /Contain: the service finds mistakes: ERROR SCHEMA_VALIDATION_FAILED: no such field/,
  },
  {
    claim: 'states-lead',
    name: 'a choice leads elsewhere',
    account: () =>
      testStateThat(({ stateName }, answer) =>
        stateName === 'Approved?' ? { ...answer, nextState: 'Report' } : answer,
      ),
    says: /Approved\? where it leads to .*: leads to Report, not to /,
  },
  {
    claim: 'states-lead',
    name: 'an error is not caught',
    account: () =>
      testStateThat(({ mock }, answer) =>
        mock?.errorOutput?.error === 'InputError' ? { status: 'FAILED', error: 'InputError' } : answer,
      ),
    says: /with the error InputError: FAILED \(InputError\), not CAUGHT_ERROR/,
  },
  {
    claim: 'states-lead',
    name: 'a result goes elsewhere',
    account: () => testStateThat(({ mock }, answer) => (mock?.result ? { ...answer, output: '{"steps":{}}' } : answer)),
    says: /with a result: passes on \{"steps":\{\}\}, not \{/,
  },
  {
    claim: 'freeze-covers-eks',
    name: 'an identity of EKS that no row names',
    account: () => seen(write('eks:cluster-bootstrap', 'patch', 'apps', 'deployments')),
    says: /would be refused.*eks:cluster-bootstrap UPDATE deployments\.apps \(3 times\); rows of the freeze that nobody used: \d+ of \d+ \(/,
  },
  {
    claim: 'vpc-cni-writes',
    name: 'the controller writes more',
    account: () =>
      seen(
        write('eks:network-policy-controller', 'update', 'networking.k8s.aws', 'policyendpoints', {
          subresource: 'status',
        }),
      ),
    says: /UPDATE policyendpoints\/status\.networking\.k8s\.aws .*which the freeze does not list/,
  },
  {
    claim: 'auto-mode-policies',
    name: 'another identity writes PolicyEndpoints',
    account: () => seen(write('eks:auto-network', 'create', 'networking.k8s.aws', 'policyendpoints')),
    says: /PolicyEndpoints are written by eks:auto-network/,
  },
  {
    claim: 'kms-migrator-writes',
    name: 'it makes Secrets again',
    account: () => seen(write('eks:kms-storage-migrator', 'create', '', 'secrets')),
    says: /CREATE secrets .*which the freeze does not list/,
  },
  {
    claim: 'delivery-by-group',
    name: 'only with more dimensions',
    account: () =>
      other({
        'cloudwatch:ListMetrics': {
          Metrics: [
            {
              Dimensions: [
                { Name: 'LogGroupName', Value: 'g' },
                { Name: 'DestinationType', Value: 'LAMBDA' },
              ],
            },
          ],
        },
      }),
    says: /nothing is counted by the group alone; .*DestinationType are LAMBDA/,
  },
  {
    claim: 'one-permission',
    name: 'nothing is delivered',
    account: () => metrics({ ForwardedLogEvents: 0, DeliveryErrors: 3 }),
    says: /0 lines were delivered from its log, and 3 not/,
  },
  {
    claim: 'report-status',
    name: 'a failure leaves no line',
    account: () => metrics({ Errors: 5 }),
    says: /counted 5 errors, and 2 lines of its log say so \(error and timeout\): some failures leave no such line/,
  },
  {
    claim: 'vpc-attachment',
    name: 'a function that did not come up',
    account: () =>
      other({
        'lambda:GetFunctionConfiguration': {
          State: 'Failed',
          LastUpdateStatus: 'Failed',
          VpcConfig: { VpcId: 'vpc-1' },
        },
      }),
    says: /its state in vpc-1 is Failed/,
  },
  {
    claim: 'sum-without-data',
    name: 'the sum has no values',
    account: () =>
      other({
        'cloudwatch:GetMetricData': {
          MetricDataResults: [
            { Id: 'm0', Values: [1, 2] },
            { Id: 'sum', Values: [] },
          ],
        },
      }),
    says: /2 values and one without any add up to 0 values/,
  },
  {
    claim: 'filter-policy-json',
    name: 'attributes that are not read',
    account: () => metrics({ 'NumberOfNotificationsFilteredOut-NoMessageAttributes': 4 }),
    says: /4 filtered out for want of attributes/,
  },
  {
    claim: 'alarms-to-health-topic',
    name: 'an action that failed',
    account: () =>
      other({
        'cloudwatch:DescribeAlarmHistory': {
          AlarmHistoryItems: [{ HistorySummary: 'Failed to execute action arn:x' }],
        },
      }),
    says: /failed \(.*Alarm/,
  },
  {
    claim: 'ends-by-role',
    name: 'EventBridge that is refused',
    account: () => metrics({ FailedInvocations: 1 }),
    says: /sent 1 message .*and 1 failed/,
  },
  {
    claim: 'calls-allowed',
    name: 'a refused call',
    account: () => other(refusedCall('eks.amazonaws.com', 'ListAccessEntries')),
    says: /was refused eks:ListAccessEntries/,
  },
  {
    claim: 'kms-via-service',
    name: 'a refused key',
    account: () => other(refusedCall('kms.amazonaws.com', 'Decrypt')),
    says: /uses of the key.* were refused/,
  },
  {
    claim: 'guardduty-on-everything',
    name: 'a refused question',
    account: () => other(refusedCall('guardduty.amazonaws.com', 'ListFindings')),
    says: /questions to GuardDuty for findings were refused/,
  },
  {
    claim: 'subscription-attributes',
    name: 'a refused question',
    account: () => other(refusedCall('sns.amazonaws.com', 'GetSubscriptionAttributes')),
    says: /questions to SNS for filter policies were refused/,
  },
  {
    claim: 'guardduty-fields',
    name: 'a field that it does not know',
    account: () =>
      other({
        'guardduty:ListFindings': ({ FindingCriteria }: Answer) => {
          if ('service.detection.sequence.actors.user.name' in FindingCriteria.Criterion)
            throw Object.assign(new Error('bad'), { name: 'BadRequestException', $metadata: {} });
          return { FindingIds: [] };
        },
      }),
    says: /it refuses service\.detection\.sequence\.actors\.user\.name/,
  },
  {
    claim: 'guardduty-since',
    name: 'no time',
    account: () =>
      other({
        'guardduty:GetDetector': { Status: 'ENABLED', Features: [{ Name: 'EKS_AUDIT_LOGS', Status: 'ENABLED' }] },
      }),
    says: /does not say since when/,
  },
  {
    claim: 'incoming-is-scanned',
    name: 'it scans many times as much',
    account: () => metrics({ IncomingBytes: 10_000_000 }),
    says: /scanned 536\.9 MB \(53\.69 times as much\)/,
  },
  {
    claim: 'silent-scans-nothing',
    name: 'it counts lines where there are none',
    account: () =>
      other({
        'logs:GetQueryResults': {
          status: 'Complete',
          results: [],
          statistics: { recordsScanned: 7, bytesScanned: 10 },
        },
      }),
    says: /and 7 of one before the log began/,
  },
];

test.each(CONTRADICTIONS)('$claim is contradicted by $name', async ({ claim, account, of, says }) => {
  const found = await rows(probeOf(claim), account(), of?.() ?? deployment);
  const wrong = found.filter((row) => row.claim === claim && row.verdict === 'contradicted');
  expect(wrong.map((row) => row.says).join('\n')).toMatch(says);
});

/** What nothing but their presence shows: there is no sight that contradicts them. */
const ONLY_SEEN: readonly ClaimId[] = ['five-filters', 'auto-mode-finalizers', 'guardduty-actors'];

test('each claim of a probe has a sight that contradicts it', () => {
  const told = new Set<ClaimId>([...CONTRADICTIONS.map(({ claim }) => claim), ...ONLY_SEEN]);
  expect(LIVE_PROBES.flatMap(({ claims }) => claims).filter((claim) => !told.has(claim))).toEqual([]);
});

test('the roles of each network are judged by what is theirs', async () => {
  const place = (digit: string) =>
    `vpc: vpc-${digit.repeat(17)}\n    subnets: [subnet-${digit.repeat(17)}]\n    securityGroups: [sg-${digit.repeat(17)}]`;
  const config = parseConfig(
    CONFIG.replace(
      'cutLines: true',
      `cutLines: true\n  - name: closed\n    ${place('1')}\n  - name: hidden\n    ${place('2')}`,
    ).replace('investigation:', 'investigation:\n  startScans: true'),
    'test.yaml',
  );
  const made = new Deployment(config);
  use(shown(made));
  const context = await contextFor(config, 'test.yaml', awsClients(REGION));
  const more = { stackId: STACK_ID, outputs: made.outputs, hours: 24, now: () => NOW, pollMs: 0, waitFor: () => {} };
  const found = await rowsOfProbe(probeOf('roles-allowed'), { ...context, ...more });
  expect(found.filter(({ verdict }) => verdict !== 'proven').map(({ says }) => says)).toEqual([]);
  // detect, alert and decide once; investigate, watch, contain, probe and release in each of three networks.
  expect(found).toHaveLength(2 * (3 + 3 * 5));
  const machines = await rowsOfProbe(probeOf('states-lead'), { ...context, ...more });
  expect(machines.map(({ verdict }) => verdict)).toEqual(Array(2 * 7).fill('proven'));
});

test('an account in which nothing has happened yet contradicts nothing', async () => {
  const none = { Datapoints: [] };
  const quiet = {
    ...shown(deployment, []),
    'cloudwatch:ListMetrics': { Metrics: [] },
    'cloudwatch:GetMetricStatistics': none,
    'cloudwatch:GetMetricData': { MetricDataResults: [] },
    'cloudwatch:DescribeAlarmHistory': { AlarmHistoryItems: [] },
    'logs:FilterLogEvents': { events: [] },
    'logs:DescribeSubscriptionFilters': { subscriptionFilters: [] },
    'logs:DescribeLogGroups': { logGroups: [] },
    'cloudtrail:LookupEvents': { Events: [] },
    'guardduty:ListDetectors': { DetectorIds: [] },
  };
  for (const probe of LIVE_PROBES) {
    const verdicts = (await rows(probe, quiet)).map(({ claim, verdict }) => [claim, verdict]);
    const own = ['role-rights', 'state-machines'].includes(probe.id);
    for (const [claim, verdict] of verdicts)
      expect([claim, verdict]).toEqual([claim, own || claim === 'vpc-attachment' ? 'proven' : 'not-seen']);
  }
});

test('a state machine that is not of this version is not tried', async () => {
  const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Map', End: true } } });
  const found = await rows(probeOf('states-lead'), other({ 'states:DescribeStateMachine': { definition } }));
  expect(found.filter(({ claim }) => claim === 'states-lead').map(({ verdict }) => verdict)).toEqual(
    Array(3).fill('not-asked'),
  );
  expect(asked.has('states:TestState')).toBe(false);
});

test('a query that takes too long is stopped, and its claims were not asked', async () => {
  let now = NOW;
  use({ ...shown(deployment), 'logs:GetQueryResults': { status: 'Running' } });
  const context = await contextFor(IN_VPC, 'test.yaml', awsClients(REGION));
  const probe = probeOf('freeze-covers-eks');
  const found = await rowsOfProbe(probe, {
    ...context,
    stackId: STACK_ID,
    outputs: deployment.outputs,
    hours: 24,
    now: () => (now += 200_000),
    pollMs: 0,
    waitFor: () => {},
  });
  expect(asked.has('logs:StopQuery')).toBe(true);
  expect(new Set(found.map(({ verdict }) => verdict))).toEqual(new Set(['not-asked']));
  expect(found[0]?.says).toMatch(/stopped after 5 minutes/);
});
