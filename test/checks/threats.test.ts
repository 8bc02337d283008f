import { describe, expect, test } from '@jest/globals';
import type { DetailsByCheck } from '../../functions/checks/index.ts';
import { threats } from '../../functions/checks/threats.ts';
import type { ThreatFinding, Threats } from '../../functions/clients/aws/cloud-findings.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { type Asking, evidenceOf } from './audit-log.ts';
import { Faulty, named } from './clusters.ts';
import { ACCOUNT, denied, finding, role } from './examples.ts';

const threat = (id: string, more: Partial<ThreatFinding> = {}): ThreatFinding => ({
  id,
  type: `Execution:Kubernetes/${id}`,
  severity: 5,
  title: 'x',
  updatedAt: '2026-11-23T09:00:00.000Z',
  namespaces: [],
  principals: [],
  ...more,
});
const guardDuty = (...findings: ThreatFinding[]) =>
  localCloud({ threats: { detectorId: 'd1', findings } }).threats as Threats;
const WATCH = { status: 'on', since: '2026-01-01T00:00:00.000Z', runtime: true } as const;
const ARN = `arn:aws:eks:eu-central-1:${ACCOUNT}:cluster/prod`;
const run = (client: Threats | undefined, { clients, ...asking }: Asking = {}) =>
  evidenceOf(threats, { clients: { ...(client && { threats: client }), ...clients }, ...asking });

describe('what GuardDuty found', () => {
  test('what is about the namespace or the creator comes first', async () => {
    const evidence = await run(
      guardDuty(
        threat('cluster', { severity: 9 }),
        threat('namespace', { namespaces: ['shop'], severity: 2 }),
        threat('role', { principals: ['ci'] }),
        threat('user', { principals: [role().username ?? ''] }),
        threat('both', { namespaces: ['shop'], principals: ['ci'] }),
        threat('other', { namespaces: ['cart'], principals: ['cd'] }),
      ),
    );
    const details = evidence.details as unknown as DetailsByCheck['threats'];
    expect(details.findings.map(({ id, concerns }) => [id, ...concerns])).toEqual([
      ['both', 'namespace', 'actor'],
      ['cluster', 'cluster'],
      ['role', 'actor'],
      ['user', 'actor'],
      ['other', 'cluster'],
      ['namespace', 'namespace'],
    ]);
    expect(evidence).toMatchObject({
      status: 'found',
      summary:
        '6 findings of GuardDuty since 2026-11-22T10:00:00.000Z, 4 about the namespace or the creator; the most severe: Execution:Kubernetes/both (severity 5).',
      completeUntil: '2026-11-23T10:05:00.000Z',
      command: ['aws', 'guardduty', 'list-findings', '--detector-id', 'd1', '--region', 'eu-central-1'],
      link: 'https://eu-central-1.console.aws.amazon.com/guardduty/home?region=eu-central-1#/findings',
    });
  });

  test('is asked for with the role’s name, since the window began', async () => {
    const asked: unknown[] = [];
    const client: Threats = {
      findings: async (question) => {
        asked.push(question);
        return { detectorId: 'd', findings: [], more: false, watch: WATCH };
      },
    };
    await run(client);
    await run(client, { subject: finding({ actor: { kind: 'user', username: 'x' } }) });
    const since = Date.parse('2026-11-22T10:00:00Z');
    expect(asked).toEqual([
      { clusterName: 'prod', clusterArn: ARN, principalName: 'ci', since },
      { clusterName: 'prod', clusterArn: ARN, since },
    ]);
  });

  test('nothing: clear once a finding had the time to come', async () => {
    expect(await run(guardDuty())).toMatchObject({ status: 'clear', completeUntil: '2026-11-23T10:05:00.000Z' });
    expect(await run(guardDuty(), { now: Date.parse('2026-11-23T10:01:00Z') })).toMatchObject({
      status: 'not-checked',
      reason: 'the data is complete only until 2026-11-23T09:46:00.000Z; later data had not arrived yet',
    });
  });

  test('an attack sequence concerns whatever has a part in it', async () => {
    const evidence = await run(
      guardDuty(
        threat('elsewhere', { namespaces: ['cart'], principals: ['cd'], severity: 9, sequence: true }),
        threat('here', { namespaces: ['cart', 'shop'], principals: ['cd', 'ci'], severity: 9, sequence: true }),
      ),
    );
    expect((evidence.details as unknown as DetailsByCheck['threats']).findings).toMatchObject([
      { id: 'here', concerns: ['namespace', 'actor'], sequence: true },
      { id: 'elsewhere', concerns: ['cluster'], sequence: true },
    ]);
  });

  test('many', async () => {
    const findings = Array.from({ length: 40 }, (_, index) => threat(`${index}`));
    const client: Threats = { findings: async () => ({ detectorId: 'd', findings, more: true, watch: WATCH }) };
    const evidence = await run(client);
    expect(evidence.summary).toMatch(
      /^40 or more findings of GuardDuty since.*Could not look at: findings beyond the newest\.$/,
    );
    expect((evidence.details as unknown as DetailsByCheck['threats']).findings).toHaveLength(20);
  });
});

describe('a malware scan of the nodes that its pods run on', () => {
  const recording = {
    '/api/v1/pods': {
      kind: 'PodList',
      items: [
        named('a', 'shop', { spec: { nodeName: 'n1' } }),
        named('b', 'shop', { spec: { nodeName: 'n1' } }),
        named('c', 'shop', { spec: { nodeName: 'fargate' } }),
        named('d', 'shop', { spec: {} }),
        named('e', 'cart', { spec: { nodeName: 'n2' } }),
      ],
    },
    '/api/v1/nodes': {
      kind: 'NodeList',
      items: [
        named('n1', undefined, { spec: { providerID: 'aws:///eu-central-1a/i-0123456789abcdef0' } }),
        named('n2', undefined, { spec: { providerID: 'aws:///eu-central-1a/i-02' } }),
        named('fargate', undefined, { spec: { providerID: 'aws:///eu-central-1a/abc/fargate-ip' } }),
      ],
    },
  };
  const kubernetes = new LocalKubernetes(recording);
  const scansOf = async (asking: Asking) =>
    ((await run(guardDuty(threat('x')), asking)).details as unknown as DetailsByCheck['threats']).malwareScans;

  test('is a command for a person', async () => {
    expect(await scansOf({ clients: { kubernetes } })).toEqual([
      [
        'aws',
        'guardduty',
        'start-malware-scan',
        '--region',
        'eu-central-1',
        '--resource-arn',
        'arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef0',
      ],
    ]);
    const china = finding({ cluster: { name: 'prod', region: 'cn-north-1', account: '111122223333' } });
    expect((await scansOf({ clients: { kubernetes }, subject: china }))?.[0]?.[6]).toMatch(
      /^arn:aws-cn:ec2:cn-north-1/,
    );
  });

  test.each<[string, Asking]>([
    ['the cluster cannot be asked', {}],
    [
      'the cluster refuses',
      { clients: { kubernetes: { connect: async () => new Faulty(kubernetes, { nodes: 'denied' }) } } },
    ],
    ['the namespace has no name', { clients: { kubernetes }, subject: finding({ namespace: {} }) }],
    [
      'the account is not known',
      { clients: { kubernetes }, subject: finding({ cluster: { name: 'prod', region: 'eu-central-1' } }) },
    ],
  ])('none, and no harm, where %s', async (_, asking) => {
    expect(await scansOf(asking)).toEqual([]);
  });
});

describe('not checked', () => {
  test.each<[string, Threats | undefined, string]>([
    ['nobody to ask', undefined, 'GuardDuty cannot be reached from here'],
    ['off', localCloud({ threats: null }).threats, 'GuardDuty is off in this Region'],
    [
      'denied',
      { findings: async () => Promise.reject(denied('guardduty:ListFindings')) },
      'denied: its role may not do guardduty:ListFindings',
    ],
    ['rubbish', { findings: async () => ({}) as never }, 'TypeError'],
  ])('%s', async (_, client, reason) => {
    expect(await run(client)).toMatchObject({ status: 'not-checked', reason: expect.stringContaining(reason) });
  });

  test('the cluster has no name', async () => {
    expect((await run(guardDuty(), { subject: finding({ cluster: {} }) })).status).toBe('not-checked');
  });

  test('no answer in time', async () => {
    const client: Threats = { findings: () => new Promise(() => {}) };
    expect((await evidenceOf({ ...threats, deadlineMs: 30 }, { clients: { threats: client } })).status).toBe(
      'not-checked',
    );
  });
});
