/**
 * Every command for the AWS CLI that is printed anywhere, pasted into a shell in an empty folder: the CLI's own models of the
 * services take its options and values, and it asks for what the text says.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AwsCheck } from '../../bin/commands/preflight/aws/check.ts';
import { AWS_CHECKS } from '../../bin/commands/preflight/aws/checks/index.ts';
import { networkEnforcer } from '../../bin/commands/preflight/checks/network-enforcer.ts';
import { REMOVAL_CHECKS } from '../../bin/commands/preflight/removal/order.ts';
import { furtherSteps, mainSteps } from '../../functions/alert/advice.ts';
import { followUpAdvice } from '../../functions/alert/follow-up/advice.ts';
import { auditRecord, folderListing, wholeRecord } from '../../functions/alert/see-more.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import type { AdviceStep } from '../../functions/alert/step.ts';
import { clusterPosture } from '../../functions/checks/cluster-posture.ts';
import { principal } from '../../functions/checks/principal.ts';
import { threats } from '../../functions/checks/threats.ts';
import type { Trust } from '../../functions/clients/aws/role-trust.ts';
import { localCloud } from '../../functions/clients/local/cloud.ts';
import { LocalKubernetes } from '../../functions/clients/local/kubernetes.ts';
import { releaseOffer } from '../../functions/contain/decide/release-offer.ts';
import { Folder } from '../../functions/contain/framework/folder.ts';
import { firstSnapshotKey } from '../../functions/contain/framework/folder-keys.ts';
import { checkSnapshot } from '../../functions/contain/release/check-snapshot.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { collectEvidence } from '../../functions/contain/steps/collect-evidence.ts';
import { cutIdentity } from '../../functions/contain/steps/cut-identity.ts';
import { writeRemediation } from '../../functions/contain/steps/write-remediation.ts';
import { type CommandLine, printCommand } from '../../functions/contract/commands/print.ts';
import { COMMANDS } from '../../functions/contract/commands/table.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import { NAMESPACE_WRITES } from '../../functions/kubernetes/filter-pattern.ts';
import { key } from '../../functions/watch/jobs/key.ts';
import { run } from '../../tools/twin/commands.ts';
import { awsCli } from '../../tools/twin/python.ts';
import { HIGH } from '../alert/examples.ts';
import { FOLLOW_UPS, PLAYBOOKS } from '../alert/follow-up-samples.ts';
import { evidenceOf } from '../checks/audit-log.ts';
import { named } from '../checks/clusters.ts';
import { CI_ROLE, finding } from '../checks/examples.ts';
import { broken } from '../commands/preflight/account.ts';
import { FAULTS } from '../commands/preflight/faults/index.ts';
import { REMOVAL_FAULTS } from '../commands/preflight/faults/removal.ts';
import { rows } from '../commands/preflight/rows.ts';
import { alertOf, ROLE } from '../contain/alerts.ts';
import { inside, namespaceObjects, quarantined, Stage, TARGET } from '../contain/stage.ts';
import { AwsEndpoint, type AwsRequest } from './aws/endpoint.ts';
import { progress } from './bring-up.ts';
import { commandsAbout, startOf, Terminal } from './contain/paste.ts';

const DEFAULT_REGION = 'us-west-2';
const endpoint = new AwsEndpoint();
let folder: string;
let terminal: Terminal;

beforeAll(async () => {
  const cli = await awsCli(progress());
  folder = mkdtempSync(join(tmpdir(), 'sentinel-aws-'));
  const aws = join(folder, 'aws');
  writeFileSync(aws, `#!/bin/sh\nPYTHONPATH='${cli.packages}' exec '${await pathOf(cli.command)}' -m awscli "$@"\n`);
  chmodSync(aws, 0o755);
  terminal = new Terminal(
    folder,
    { aws },
    {
      AWS_ENDPOINT_URL: await endpoint.start(),
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_MAX_ATTEMPTS: '1',
      // Of the person's profile: not that of the cluster.
      AWS_DEFAULT_REGION: DEFAULT_REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    },
  );
}, 300_000);
afterAll(async () => {
  await endpoint.close();
  if (folder) rmSync(folder, { recursive: true });
});

const pathOf = async (program: string): Promise<string> =>
  (await run('/bin/sh', ['-c', `command -v ${program}`])).trim();

/** Pastes the lines one after the other. @returns what the CLI asked for */
async function pasted(lines: readonly string[]): Promise<AwsRequest[]> {
  const cwd = mkdtempSync(join(folder, 'paste-'));
  const before = endpoint.requests.length;
  for (const line of lines) {
    const { code, stderr } = await terminal.pasteLine(line, cwd);
    if (code !== 0) throw new Error(`${line}: exit code ${code}\n${stderr}`);
  }
  return endpoint.requests.slice(before);
}
const linesOf = (printed: readonly CommandLine[]): string[] =>
  printed.map((each) => {
    if (!('line' in each)) throw new Error(`left out: ${each.leftOut}`);
    terminal.ran.add(startOf(each.line.split(' ')));
    return each.line;
  });
const effects = ['reads', 'changes', 'costs'] as const;
const ofAws = (commands: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  commands.filter(([program]) => program === 'aws');
/** Pastes what is proposed under a text. */
const proposed = async (proposals: readonly Proposal[], text: string | RegExp): Promise<AwsRequest[]> =>
  pasted(linesOf(ofAws(commandsAbout(proposals, text)).map((argv) => printCommand(argv, { effects, medium: 'page' }))));
const bodyOf = (request: AwsRequest | undefined): unknown => JSON.parse(request?.body ?? '');
const formOf = (request: AwsRequest | undefined) => Object.fromEntries(new URLSearchParams(request?.body));

describe('what is proposed so that it does not happen again', () => {
  const remedies = async (details: Record<string, object>): Promise<Proposal[]> => {
    const stage = new Stage(namespaceObjects(), { findings: { alert: async () => alertOf(details) } });
    return (await writeRemediation.run(stage.context())).proposals ?? [];
  };

  test('about the access entry', async () => {
    const policyArn = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';
    const known = await remedies({
      principal: { identity: {}, accessEntry: { principalArn: ROLE }, accessPolicies: [{ policyArn }] },
    });
    const entry = `/clusters/prod/access-entries/${encodeURIComponent(ROLE)}`;
    expect((await proposed(known, 'Remove the access')).map(({ what }) => what)).toEqual([`DELETE ${entry}`]);
    expect((await proposed(await remedies({}), 'look at its access entry')).map(({ what }) => what)).toEqual([
      `GET ${entry}`,
      `DELETE ${entry}`,
    ]);
  });

  test('about the settings of the cluster', async () => {
    const proposals = await remedies({
      'cluster-posture': {
        logTypes: ['audit'],
        endpointPublicAccess: true,
        publicAccessCidrs: ['0.0.0.0/0'],
        authenticationMode: 'CONFIG_MAP',
      },
    });
    const update = async (text: string) => {
      const [request] = await proposed(proposals, text);
      expect(request?.what).toBe('POST /clusters/prod/update-config');
      return bodyOf(request);
    };
    expect(await update('control-plane logs')).toMatchObject({
      logging: { clusterLogging: [{ types: ['authenticator', 'api'], enabled: true }] },
    });
    expect(await update('public endpoint')).toMatchObject({
      resourcesVpcConfig: { endpointPrivateAccess: true, publicAccessCidrs: ['192.0.2.0/24'] },
    });
    expect(await update('Allow access entries in')).toMatchObject({
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    });
    expect(await update('Move its mappings')).toMatchObject({ accessConfig: { authenticationMode: 'API' } });
  });

  test('about images', async () => {
    const digest = `sha256:${'0a'.repeat(32)}`;
    const image = '111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/web:1';
    const [request] = await proposed(
      await remedies({ images: { images: [{ image, digest, status: 'no-scan' }] } }),
      'scanned',
    );
    expect(request?.what).toBe('POST / StartImageScan');
    expect(bodyOf(request)).toEqual({
      registryId: '111122223333',
      repositoryName: 'team/web',
      imageId: { imageDigest: digest },
    });
  });

  test('about the file that deletes the namespace, fetched first', async () => {
    const proposals = await remedies({});
    const requests = await proposed(proposals, 'delete it as an administrator');
    expect(requests.at(-1)?.what).toMatch(/^GET \/evidence\/containment\/.*\/manifests\/delete-namespace\.json$/);
  });
});

describe('what is proposed about IAM roles', () => {
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
  const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
  const trust: Trust = {
    status: 'read',
    policy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: 'system:serviceaccount:evil:bot',
              [`${issuer}:aud`]: 'sts.amazonaws.com',
            },
          },
        },
      ],
    },
    provider,
    issuer,
  };

  test('its trust is compared and changed, and its sessions are revoked', async () => {
    const account = inside('v1', 'ServiceAccount', 'bot', {}, { annotations: { 'eks.amazonaws.com/role-arn': ROLE } });
    const stage = new Stage([...namespaceObjects(), account], { roleTrust: { of: async () => trust } });
    stage.associations = [{ associationId: 'a-1', serviceAccount: 'bot', roleArn: ROLE }];
    const { proposals } = await stage.recordOf(cutIdentity);
    const [trusts, ...fetched] = await proposed(proposals, 'have its trust policy refuse them');
    expect(formOf(trusts)).toMatchObject({ Action: 'GetRole', RoleName: 'ci-deploy' });
    expect(fetched.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^GET \/evidence\/.*trust-policy/));
    // The file is the one that was fetched before: what the endpoint gives out.
    expect(formOf(fetched.at(-1))).toMatchObject({
      Action: 'UpdateAssumeRolePolicy',
      RoleName: 'ci-deploy',
      PolicyDocument: 'content',
    });
    const [revoked] = await proposed(proposals, 'was given to pods by Pod Identity');
    const { Action, RoleName, PolicyDocument = '' } = formOf(revoked);
    expect([Action, RoleName]).toEqual(['PutRolePolicy', 'ci-deploy']);
    expect(JSON.parse(PolicyDocument)).toMatchObject({ Statement: [{ Effect: 'Deny', Action: ['*'] }] });
  });

  test('after a release, an association is made again', async () => {
    const stage = new Stage(namespaceObjects());
    await stage.snapshot([]);
    stage.associations = [{ associationId: 'a-1', serviceAccount: 'bot', roleArn: ROLE }];
    const snapshots = await stage.folder().snapshots();
    for (const snapshot of snapshots) snapshot.podIdentity = stage.associations;
    const kept = new Stage(namespaceObjects());
    await kept.folder().addSnapshot(snapshots[0] as never, (...noted) => kept.hashes.note('snapshot', ...noted));
    const { proposals } = await kept.recordOf(checkSnapshot, { mode: 'plan' });
    const [request] = await proposed(proposals, 'by Pod Identity');
    expect(request?.what).toBe('POST /clusters/prod/pod-identity-associations');
    expect(bodyOf(request)).toMatchObject({ namespace: 'evil', serviceAccount: 'bot', roleArn: ROLE });
  });
});

test('what keeps the evidence of volumes', async () => {
  const claim = inside('v1', 'PersistentVolumeClaim', 'data', { spec: { volumeName: 'pv' } });
  const volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv' },
    spec: {
      claimRef: { uid: claim.metadata.uid },
      csi: { driver: 'ebs.csi.aws.com', volumeHandle: 'vol-0123456789abcdef0' },
    },
  };
  const { proposals } = await new Stage([quarantined(), claim, volume]).recordOf(collectEvidence);
  const [request] = await proposed(proposals, 'take a snapshot');
  expect(formOf(request)).toMatchObject({
    Action: 'CreateSnapshot',
    VolumeId: 'vol-0123456789abcdef0',
    'TagSpecification.1.ResourceType': 'snapshot',
    'TagSpecification.1.Tag.1.Key': 'namespace-sentinel-uid',
  });
});

test('what can be done about the instances of its nodes', async () => {
  const pod = inside('v1', 'Pod', 'web', { spec: { nodeName: 'node-1' } });
  const providerID = 'aws:///eu-west-1a/i-0123456789abcdef0';
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: { providerID } };
  const { proposals } = await new Stage([quarantined(), pod, node]).recordOf(collectEvidence);
  const [captured] = await proposed(proposals, 'Capture the memory');
  expect(captured?.what).toBe('POST / SendCommand');
  expect(bodyOf(captured)).toMatchObject({
    InstanceIds: ['i-0123456789abcdef0'],
    DocumentName: 'AWS-RunShellScript',
    Parameters: { commands: [expect.stringMatching(/^avml /), expect.stringMatching(/^sha256sum /)] },
  });
  const isolation = await proposed(proposals, 'Cut the instances off');
  expect(isolation.map((request) => formOf(request)['Action'])).toEqual([
    'DescribeInstances',
    'CreateSecurityGroup',
    'RevokeSecurityGroupEgress',
    'ModifyInstanceAttribute',
  ]);
  expect(formOf(isolation.at(-1))).toMatchObject({ 'GroupId.1': 'sg-of-the-second-line' });
});

test('what switches the enforcement of network policies on, in a playbook and in preflight', async () => {
  const { proposals } = await new Stage(namespaceObjects()).recordOf(checkTarget, { mode: 'plan' });
  const [row] = await networkEnforcer.run({
    kubernetes: new LocalKubernetes({}),
    signal: AbortSignal.timeout(60_000),
  } as never);
  const commands = [...commandsAbout(proposals, 'enforces NetworkPolicies'), ...(row?.fix ?? [])];
  const requests = await pasted(linesOf(commands.map((argv) => printCommand(argv, { effects, medium: 'page' }))));
  expect(requests.map(({ what }) => what)).toEqual([
    'POST /clusters/prod/addons/vpc-cni/update',
    'POST /clusters/NAME/addons/vpc-cni/update',
  ]);
  for (const request of requests)
    expect(bodyOf(request)).toMatchObject({
      configurationValues: '{"enableNetworkPolicy":"true"}',
      resolveConflicts: 'PRESERVE',
    });
});

test('which capabilities put objects back', async () => {
  const service = inside('v1', 'Service', 'web', {}, { labels: { 'kro.run/owned': 'true' } });
  const { proposals } = await new Stage([...namespaceObjects(), service]).recordOf(checkTarget, { mode: 'plan' });
  const requests = await proposed(proposals, 'kro made it');
  expect(requests.map(({ what }) => what)).toEqual(['GET /clusters/prod/capabilities']);
});

test('what a capability is, and what stops it', async () => {
  const roleArn = 'arn:aws:iam::111122223333:role/argocd-capability';
  const of = async () => [{ name: 'argo', type: 'ARGOCD', status: 'ACTIVE', roleArn }];
  const { proposals } = await new Stage(namespaceObjects(), { capabilities: { of } }).recordOf(checkTarget, {
    mode: 'plan',
  });
  const requests = await proposed(proposals, 'the capability argo');
  expect(requests.map(({ what }) => what)).toEqual([
    'GET /clusters/prod/capabilities/argo',
    `DELETE /clusters/prod/access-entries/${encodeURIComponent(roleArn)}`,
  ]);
});

/** The words of a command and the names of its options, without their values. */
const shapeOf = (argv: readonly string[]): string =>
  [startOf(argv), ...argv.filter((word) => word.startsWith('--'))].join(' ');

test('what preflight proposes for an account', async () => {
  const fixes: string[][] = [];
  for (const [checks, faults] of [
    [AWS_CHECKS, FAULTS],
    [REMOVAL_CHECKS, REMOVAL_FAULTS],
  ] as const)
    for (const { check, breaks, config } of faults)
      for (const { fix = [] } of await rows(checks.find(({ id }) => id === check) as AwsCheck, broken(breaks), config))
        fixes.push(...ofAws(fix).map((argv) => [...argv]));
  // One of each form and set of options: the CLI takes a second to begin with.
  const shapes = new Map(fixes.toReversed().map((argv) => [shapeOf(argv), argv]));
  const requests = await pasted(
    linesOf([...shapes.values()].map((argv) => printCommand(argv, { effects, medium: 'page' }))),
  );
  expect(
    new Set(
      requests.map(({ what }) =>
        what
          .replace(/arn[^/]*/, 'ARN')
          .replace(/ARN\/access-policies.*/, 'ARN/POLICY')
          .replace(/clusters\/[a-z]+/, 'clusters/NAME'),
      ),
    ),
  ).toEqual(
    new Set([
      'POST /clusters/NAME/update-config',
      'POST /clusters/NAME/access-entries',
      'POST /clusters/NAME/access-entries/ARN',
      'DELETE /clusters/NAME/access-entries/ARN/POLICY',
      'DELETE /clusters/NAME/access-entries/ARN',
      'POST / StartExecution',
      'POST / StopExecution',
      'POST / UpdateTerminationProtection',
      ...['Role', 'User', 'Group'].map((kind) => `POST / Detach${kind}Policy`),
      'DELETE /evidence',
      'POST / UpdateTable',
      'POST / DeleteTable',
      'POST / ScheduleKeyDeletion',
      'POST / PutSubscriptionFilter',
      'POST / AuthorizeSecurityGroupIngress',
      'POST / DescribeStackEvents',
    ]),
  );
  const filter = requests.find(({ what }) => what.endsWith('PutSubscriptionFilter'));
  expect(bodyOf(filter)).toMatchObject({ filterPattern: NAMESPACE_WRITES, logGroupName: '/aws/eks/prod/cluster' });
}, 300_000);

test('what starts a playbook', async () => {
  const { contain, decide } = withPlaybooks(HIGH, PLAYBOOKS);
  if (!contain || 'leftOut' in contain || !decide) throw new Error('nothing starts a playbook');
  const stage = new Stage();
  await stage.store.put(firstSnapshotKey(TARGET), '');
  const settings = { release: { byDefault: PLAYBOOKS.default?.release ?? '', clusters: {} } };
  const folder = new Folder(stage.store, TARGET, 'runs/run-1');
  const offers = await Promise.all(
    [undefined, HIGH.id].map((id) => releaseOffer(TARGET, id, folder, { settings } as never)),
  );
  const accept = ['webhook/validating/gate.example.com'];
  const refused = followUpAdvice({ ...FOLLOW_UPS.refused, override: { accept } }, PLAYBOOKS);
  const after = refused.flatMap(({ commands = [] }) => commands.flatMap((each) => ('line' in each ? [each.line] : [])));
  const requests = [
    ...(await pasted([contain.plan, contain.isolate, decide.legitimate].map(({ command }) => command))),
    ...(await proposed(offers.flat(), 'playbook release')),
    ...(await pasted(after)),
  ];
  expect(requests.map(({ what }) => what)).toEqual(requests.map(() => 'POST / StartExecution'));
  expect(requests.map((request) => JSON.parse((bodyOf(request) as { input: string }).input).mode)).toEqual([
    'plan',
    'isolate',
    undefined,
    'plan',
    'release',
    'plan',
    'release',
    'isolate',
    'isolate',
  ]);
  expect(JSON.parse((bodyOf(requests.at(-1)) as { input: string }).input)).toMatchObject({ accept });
});

test('what makes the key usable again', async () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-0000-0000-000000000000';
  const texts: string[] = [];
  await key.run({
    clients: {
      stackKey: { arn, describe: async () => ({ KeyId: arn, KeyState: 'PendingDeletion' }) },
      keyMemory: { trouble: undefined },
      health: { tell: async (_: string, text: string) => void texts.push(text) },
    },
    now: Date.now,
  } as never);
  const lines = texts.flatMap((text) => text.split('\n').flatMap((line) => /^ {2}(aws .*)$/.exec(line)?.[1] ?? []));
  const requests = await pasted(linesOf(lines.map((line) => ({ line }) as CommandLine)));
  expect(requests.map(({ what, body }) => [what, JSON.parse(body)])).toEqual([
    ['POST / CancelKeyDeletion', { KeyId: arn }],
    ['POST / EnableKey', { KeyId: arn }],
  ]);
});

describe('what a person looks at', () => {
  test('from an alert', async () => {
    const lines = [...mainSteps(HIGH), ...furtherSteps(HIGH), ...auditRecord(HIGH.finding)]
      .flatMap(({ commands = [] }: AdviceStep) => commands)
      .filter((each) => 'line' in each && each.line.startsWith('aws '));
    const folderOf = folderListing('s3://evidence/containment/');
    const whats = (await pasted(linesOf([...lines, folderOf, wholeRecord(HIGH.archive ?? '')]))).map(
      ({ what }) => what,
    );
    expect(whats).toEqual(
      expect.arrayContaining([
        'GET /clusters/prod',
        'POST / LookupEvents',
        'POST / FilterLogEvents',
        expect.stringMatching(/^GET \/sentinel-evidence.*alert\.json$/),
        expect.stringMatching(/^GET \/evidence\?list-type=2/),
      ]),
    );
  });

  test('from checks', async () => {
    const subject = finding();
    const evidence = await evidenceOf(threats, {
      subject,
      clients: {
        ...localCloud({ threats: { detectorId: 'd1', findings: [] } }),
        kubernetes: new LocalKubernetes({
          '/api/v1/pods': { kind: 'PodList', items: [named('a', 'shop', { spec: { nodeName: 'n' } })] },
          '/api/v1/nodes': {
            kind: 'NodeList',
            items: [named('n', undefined, { spec: { providerID: 'aws:///eu-central-1a/i-0123456789abcdef0' } })],
          },
        }),
      },
    });
    const { malwareScans = [] } = evidence.details as { malwareScans?: string[][] };
    const outsideIam = await evidenceOf(principal, {
      subject: { ...subject, actor: { kind: 'user', username: 'oidc:alice' } },
    });
    const commands = [
      evidence.command,
      ...malwareScans,
      clusterPosture.source?.(subject).command,
      principal.source?.(subject).command,
      outsideIam.command,
    ].map((argv) => argv ?? []);
    const requests = await pasted(linesOf(commands.map((argv) => printCommand(argv, { effects, medium: 'page' }))));
    expect(requests.map(({ what }) => what)).toEqual([
      'POST /detector/d1/findings',
      'POST /malware-scan/start',
      'GET /clusters/prod',
      `GET /clusters/prod/access-entries/${encodeURIComponent(CI_ROLE)}`,
      'GET /clusters/prod/identity-provider-configs',
    ]);
  });
});

test('each goes to the Region of the cluster, whatever the default is', () => {
  const elsewhere = endpoint.requests.filter(({ to }) => to.endsWith(DEFAULT_REGION) && !/^(?:iam|s3) /.test(to));
  // Preflight knows neither the cluster's name nor its Region.
  expect(elsewhere.map(({ what }) => what)).toEqual(['POST /clusters/NAME/addons/vpc-cni/update']);
});

test('each form of a command for the AWS CLI was pasted', () => {
  const all = COMMANDS.filter(({ start }) => start.startsWith('aws ')).map(({ start }) => start);
  expect(all.filter((start) => !terminal.ran.has(start))).toEqual([]);
});
