import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { writeRemediation } from '../../functions/contain/steps/write-remediation.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import type { Actor } from '../../functions/contract/finding.ts';
import { alertOf, ROLE as ROLE_OF_ACTOR } from './alerts.ts';
import { Stage, UID } from './stage.ts';

const HOSTILE = "x'; rm -rf / #\n\u202e```\n# injected";

async function proposalsFor(
  details: Record<string, object>,
  actor = {},
): Promise<{ proposals: Proposal[]; scene: Stage }> {
  const scene = new Stage([], { findings: { alert: async () => alertOf(details, actor) } });
  const { proposals = [] } = await writeRemediation.run(scene.context());
  return { proposals, scene };
}
const commandsOf = (proposals: Proposal[]) =>
  proposals.flatMap(({ commands = [] }) => commands.map((argv) => argv.join(' ')));

const ROLE = 'arn:aws:iam::111122223333:role/team/ci-deploy';
const POLICY = 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy';

describe('each fix', () => {
  test.each<[what: string, details: Record<string, object>, expected: string[], actor?: Partial<Actor>]>([
    [
      'takes the access entry away, by the ARN with the path; its policies go with it',
      { principal: { identity: {}, accessEntry: { principalArn: ROLE }, accessPolicies: [{ policyArn: POLICY }] } },
      [`aws eks delete-access-entry --region eu-west-1 --cluster-name prod --principal-arn ${ROLE}`],
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
      'deletes the service account of another namespace, after a look at who runs as it',
      {},
      [
        'kubectl get pods --namespace=ci --field-selector=spec.serviceAccountName=deployer',
        'kubectl delete serviceaccount deployer --namespace=ci',
      ],
      { kind: 'service-account', username: 'system:serviceaccount:ci:deployer' },
    ],
    [
      'points at aws-auth where there is no entry',
      { principal: { identity: {}, authenticationMode: 'CONFIG_MAP' } },
      ['kubectl edit configmap aws-auth --namespace=kube-system'],
    ],
    [
      'deletes the binding that allowed it',
      { permissions: { grantedBy: { kind: 'RoleBinding', binding: 'ci/deployers', role: 'admin' }, may: [] } },
      [
        'kubectl get rolebinding deployers --namespace=ci -o yaml',
        'kubectl delete rolebinding deployers --namespace=ci',
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
  ])('%s', async (_, details, expected, actor = {}) => {
    expect(commandsOf((await proposalsFor(details, actor)).proposals)).toEqual(expect.arrayContaining(expected));
  });

  const entry = { principal: { identity: {}, accessEntry: { principalArn: ROLE } } };
  test.each<[what: string, details: Record<string, object>, actor: Partial<Actor>, isOpen: boolean]>([
    ['of an IAM role with an access entry', entry, {}, true],
    ['of an IAM role about which nothing is known', {}, {}, true],
    [
      'of an IAM role that aws-auth may map',
      { principal: { identity: {}, authenticationMode: 'API_AND_CONFIG_MAP' } },
      {},
      true,
    ],
    [
      'of an IAM role whose access entry is gone',
      { principal: { identity: {}, authenticationMode: 'API' } },
      {},
      false,
    ],
    ['of a service account', {}, { kind: 'service-account', username: 'system:serviceaccount:ci:deployer' }, true],
    [
      'of a service account of its own, which is cut',
      {},
      { kind: 'service-account', username: 'system:serviceaccount:evil:x' },
      false,
    ],
    ['of nobody', {}, { kind: 'anonymous', username: 'system:anonymous' }, true],
    ['of a certificate', {}, { kind: 'user', username: 'jane' }, true],
  ])("the creator's access comes first where it is open: %s", async (_, details, actor, isOpen) => {
    const { proposals } = await proposalsFor(
      {
        permissions: { grantedBy: { kind: 'RoleBinding', binding: 'ci/deployers', role: 'admin' }, may: [] },
        ...details,
      },
      actor,
    );
    expect(proposals.map(({ aim }) => aim === 'creator-access')).toEqual(
      proposals.map((_, index) => isOpen && index === 0),
    );
  });

  test('the page begins with what is urgent, also where an earlier step has left something', async () => {
    const scene = new Stage([], { findings: { alert: async () => alertOf(entry) } });
    await scene.folder().add(
      'steps/isolateNetwork.json',
      JSON.stringify({
        step: 'isolateNetwork',
        status: 'partly',
        startedAt: '',
        finishedAt: '',
        actions: [],
        proofs: [],
        files: [],
        proposals: [{ text: 'Break the policy.' }],
      }),
      'application/json',
    );
    await writeRemediation.run(scene.context());
    const key = [...scene.store.files.keys()].find((path) => path.endsWith('remediation.md')) ?? '';
    const chapters = [...(scene.store.files.get(key)?.toString() ?? '').matchAll(/^## (.*)$/gm)].map(
      ([, name]) => name,
    );
    expect(chapters).toEqual(['access-entries', 'Isolate network', 'delete-namespace']);
  });

  test('nothing of the contained namespace itself, but the command that deletes it with its UID', async () => {
    const { proposals, scene } = await proposalsFor({
      'cluster-weaknesses': {
        namespacesWithoutNetworkPolicy: ['evil'],
        namespacesWithoutPodSecurity: ['evil'],
        totals: {},
      },
    });
    expect(proposals.flatMap(({ manifest }) => (manifest ? [manifest] : []))).toEqual([]);
    const [fetch, remove] = proposals.find(({ text }) => text.includes('delete it as'))?.commands ?? [];
    // From any folder: the first line brings the file to where the second one looks for it.
    const [place = '', path] = fetch?.slice(3) ?? [];
    expect(remove).toEqual(['kubectl', 'delete', '--raw', '/api/v1/namespaces/evil', '-f', path]);
    const file = scene.store.files.get(place.replace('s3://evidence/', ''));
    expect(JSON.parse(String(file))).toMatchObject({ kind: 'DeleteOptions', preconditions: { uid: UID } });
  });

  test('the namespace is deleted while it is quarantined, as the one group that may', async () => {
    const freeze = 'namespace-sentinel-freeze';
    const api = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: freeze } };
    const scene = new Stage([
      { ...api, kind: 'ValidatingAdmissionPolicy' },
      { ...api, kind: 'ValidatingAdmissionPolicyBinding', spec: { policyName: freeze, validationActions: ['Deny'] } },
    ]);
    const { proposals = [] } = await writeRemediation.run(scene.context());
    const [removal, lift] = proposals.flatMap(({ commands }) => commands?.at(-1)?.join(' ') ?? []).slice(-2);
    expect(removal).toContain('kubectl delete --raw /api/v1/namespaces/evil');
    expect(removal).toContain('--as=break-glass --as-group=namespace-sentinel:break-glass');
    // Only of a namespace that is on its way out: none is ever free and alive by these lines.
    expect(lift).toContain('{"op":"test","path":"/status/phase","value":"Terminating"}');
    expect(lift).toContain('--as-group=namespace-sentinel:release');
  });

  test('every file that a command names is stored', async () => {
    const { proposals, scene } = await proposalsFor({
      'cluster-weaknesses': { namespacesWithoutNetworkPolicy: ['shop'], totals: {} },
    });
    const commands = proposals.flatMap((proposal) => proposal.commands ?? []);
    const fetched = commands.filter((argv) => argv.slice(0, 3).join(' ') === 'aws s3 cp');
    expect(fetched.map(([, , , place = '']) => scene.store.files.has(place.replace('s3://evidence/', '')))).toEqual([
      true,
      true,
    ]);
    const named = commands.flatMap((argv) => (argv.includes('-f') ? [argv[argv.indexOf('-f') + 1]] : []));
    expect(new Set(named)).toEqual(new Set(fetched.map((argv) => argv.at(-1))));
  });

  test('an image of another account is not scanned from here', async () => {
    const image = '444455556666.dkr.ecr.eu-west-1.amazonaws.com/web:1';
    const { proposals } = await proposalsFor({
      images: { images: [{ image, digest: `sha256:${'0a'.repeat(32)}`, status: 'not-checked' }] },
    });
    expect(proposals.find(({ text }) => text.includes(image))).toEqual({
      aim: 'hardening',
      text: expect.stringContaining('of the account 444455556666'),
    });
  });

  test.each<[what: string, alert: unknown, says: string]>([
    [
      'about another namespace',
      { ...alertOf({}), finding: { ...alertOf({}).finding, namespace: { uid: 'other' } } },
      'about another',
    ],
    ['not kept', undefined, 'was not kept'],
  ])('nobody loses their rights by a finding that is %s', async (_, alert, says) => {
    const scene = new Stage([], { findings: { alert: async () => alert as never } });
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

test('the default-deny manifests are valid YAML, a file a namespace', async () => {
  const { scene } = await proposalsFor({
    'cluster-weaknesses': { namespacesWithoutNetworkPolicy: ['shop', 'tools'], totals: {} },
  });
  const files = [...scene.store.files].filter(([path]) => path.includes('/manifests/default-deny-'));
  expect(files.map(([, body]) => parse(body.toString()).metadata.namespace)).toEqual(['shop', 'tools']);
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
