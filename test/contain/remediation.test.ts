import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { writeRemediation } from '../../functions/contain/steps/write-remediation.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import { alertOf, ROLE as ROLE_OF_ACTOR } from './alerts.ts';
import { type Stage, stage } from './run-context.ts';

const HOSTILE = "x'; rm -rf / #\n\u202e```\n# injected";

async function proposalsFor(
  details: Record<string, object>,
  actor = {},
): Promise<{ proposals: Proposal[]; scene: Stage }> {
  const scene = stage([], { findings: { alert: async () => alertOf(details, actor) } });
  const { proposals = [] } = await writeRemediation.run(scene.context());
  return { proposals, scene };
}
const commandsOf = (proposals: Proposal[]) =>
  proposals.flatMap(({ commands = [] }) => commands.map((argv) => argv.join(' ')));

const ROLE = 'arn:aws:iam::111122223333:role/team/ci-deploy';
const POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

describe('each mend', () => {
  test.each<[what: string, details: Record<string, object>, expected: string[]]>([
    [
      'takes the access entry away, its policies first, by the ARN with the path',
      { principal: { identity: {}, accessEntry: { principalArn: ROLE }, accessPolicies: [{ policyArn: POLICY }] } },
      [
        `aws eks disassociate-access-policy --region eu-west-1 --cluster-name prod --principal-arn ${ROLE} --policy-arn ${POLICY}`,
        `aws eks delete-access-entry --region eu-west-1 --cluster-name prod --principal-arn ${ROLE}`,
      ],
    ],
    [
      'has the access looked at first where nothing is known of it',
      {},
      [
        `aws eks describe-access-entry --region eu-west-1 --cluster-name prod --principal-arn ${ROLE_OF_ACTOR}`,
        `aws eks delete-access-entry --region eu-west-1 --cluster-name prod --principal-arn ${ROLE_OF_ACTOR}`,
      ],
    ],
    [
      'points at aws-auth where there is no entry',
      { principal: { identity: {}, authenticationMode: 'CONFIG_MAP' } },
      ['kubectl edit configmap aws-auth --namespace kube-system'],
    ],
    [
      'deletes the binding that allowed it',
      { permissions: { grantedBy: { kind: 'RoleBinding', binding: 'ci/deployers', role: 'admin' }, may: [] } },
      [
        'kubectl get rolebinding deployers --namespace ci -o yaml',
        'kubectl delete rolebinding deployers --namespace ci',
      ],
    ],
    [
      'deletes bindings to anybody',
      { 'cluster-weaknesses': { anonymousBindings: [{ binding: 'open', role: 'view' }], totals: {} } },
      ['kubectl get clusterrolebinding open -o yaml', 'kubectl delete clusterrolebinding open'],
    ],
    [
      'sets Pod Security where there is none, after a dry run',
      { 'cluster-weaknesses': { namespacesWithoutPodSecurity: ['shop', 'evil'], totals: {} } },
      [
        'kubectl label namespace shop pod-security.kubernetes.io/enforce=baseline --dry-run=server',
        'kubectl label namespace shop pod-security.kubernetes.io/enforce=baseline',
      ],
    ],
    [
      'has unscanned images of ECR scanned',
      {
        images: {
          images: [
            { image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/web:1', digest: 'sha256:ab', status: 'not-checked' },
          ],
        },
      },
      [
        'aws ecr start-image-scan --region eu-west-1 --registry-id 111122223333 --repository-name web --image-id imageDigest=sha256:ab',
      ],
    ],
    [
      'switches logs on',
      { 'cluster-posture': { logTypes: ['audit'], weak: [], notes: [], unknown: [] } },
      [
        'aws eks update-cluster-config --region eu-west-1 --name prod --logging {"clusterLogging":[{"types":["authenticator","api"],"enabled":true}]}',
      ],
    ],
  ])('%s', async (_, details, expected) => {
    expect(commandsOf((await proposalsFor(details)).proposals)).toEqual(expect.arrayContaining(expected));
  });

  test('nothing of the contained namespace itself, but the command that deletes it with its UID', async () => {
    const { proposals } = await proposalsFor({
      'cluster-weaknesses': {
        namespacesWithoutNetworkPolicy: ['evil'],
        namespacesWithoutPodSecurity: ['evil'],
        totals: {},
      },
    });
    const manifests = proposals.flatMap(({ manifest }) => (manifest ? [manifest] : []));
    expect(manifests).toEqual([
      expect.objectContaining({ kind: 'DeleteOptions', preconditions: { uid: expect.any(String) } }),
    ]);
    // The label refuses the deletion to everybody, and release alone may lift it.
    expect(commandsOf(proposals)).toContainEqual(
      expect.stringMatching(/^kubectl patch namespace evil --as=release --as-group=namespace-sentinel:release /),
    );
  });

  test.each<[what: string, alert: unknown, says: string]>([
    [
      'about another namespace',
      { ...alertOf({}), finding: { ...alertOf({}).finding, namespace: { uid: 'other' } } },
      'about another',
    ],
    ['not kept', undefined, 'was not kept'],
  ])('nobody loses their rights by a finding that is %s', async (_, alert, says) => {
    const scene = stage([], { findings: { alert: async () => alert as never } });
    const { proposals = [] } = await writeRemediation.run(scene.context());
    expect(proposals[0]?.text).toContain(says);
    expect(commandsOf(proposals).filter((command) => command.includes('access-entry'))).toEqual([]);
  });

  test('what a scan found clean needs none', async () => {
    const { proposals } = await proposalsFor({
      images: { images: [{ image: 'a/b', status: 'scanned', bySeverity: { LOW: 3 } }] },
    });
    expect(proposals.filter(({ text }) => text.includes('a/b'))).toEqual([]);
  });
});

test('the default-deny manifests are valid YAML, one document a namespace', async () => {
  const { scene } = await proposalsFor({
    'cluster-weaknesses': { namespacesWithoutNetworkPolicy: ['shop', 'tools'], totals: {} },
  });
  const key = [...scene.store.files.keys()].find((path) => path.endsWith('manifests/default-deny.yaml')) ?? '';
  const documents = parseAllDocuments(scene.store.files.get(key)?.toString() ?? '').map((each) => each.toJS());
  expect(documents.map(({ metadata }) => metadata.namespace)).toEqual(['shop', 'tools']);
});

test('hostile names stay in their block, as one argument', async () => {
  const { scene } = await proposalsFor({
    'cluster-weaknesses': { anonymousBindings: [{ binding: HOSTILE, role: HOSTILE }], totals: {} },
  });
  const key = [...scene.store.files.keys()].find((path) => path.endsWith('remediation.md')) ?? '';
  const page = scene.store.files.get(key)?.toString() ?? '';
  expect(page).toContain('injected');
  for (const line of page.split('\n'))
    expect(line === '' || line.startsWith('    ') || !line.includes('injected')).toBe(true);
  expect(page).not.toMatch(/^# injected/m);
  expect(page).not.toContain('\u202e');
});
