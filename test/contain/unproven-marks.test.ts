/** Marks that anybody sets prove nothing about others: what rests on them alone is to look, and changes nothing. */
import { describe, expect, test } from '@jest/globals';
import type { Trust } from '../../functions/clients/aws/role-trust.ts';
import { MemoryCluster } from '../../functions/clients/local/memory-cluster.ts';
import { checkTarget } from '../../functions/contain/steps/check-target.ts';
import { cutIdentity } from '../../functions/contain/steps/cut-identity.ts';
import { COMMANDS } from '../../functions/contract/commands/table.ts';
import type { Proposal } from '../../functions/contract/containment.ts';
import { KubernetesError } from '../../functions/contract/errors.ts';
import { NAMESPACE, namespaceObjects, Stage } from './stage.ts';

const here = (name: string, more: object = {}) => ({ name, namespace: NAMESPACE, ...more });
const GITOPS = [
  ['argoproj.io/v1alpha1', 'Application', 'applications'],
  ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'kustomizations'],
  ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'helmreleases'],
] as [string, string, string][];

/** Whether a command changes nothing. */
const onlyReads = (argv: readonly string[]): boolean =>
  COMMANDS.some(({ start, effect }) => effect === 'reads' && argv.join(' ').startsWith(start));

const changing = (proposals: readonly Proposal[]): string[] =>
  proposals.flatMap(({ commands = [] }) => commands.filter((argv) => !onlyReads(argv)).map((argv) => argv.join(' ')));

describe('of GitOps', () => {
  const web = here('web', {
    annotations: { 'argocd.argoproj.io/tracking-id': 'apps_web:apps/Deployment:evil/web' },
    labels: {
      'kustomize.toolkit.fluxcd.io/name': 'flux-system',
      'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      'helm.toolkit.fluxcd.io/name': 'web',
      'helm.toolkit.fluxcd.io/namespace': 'apps',
    },
  });
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: web };
  const application = (spec: object, status: object = {}) => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'web', namespace: 'apps' },
    spec,
    status,
  });
  /** As the capability of EKS names this cluster. */
  const CLUSTER_ARN = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod';
  const local = { server: 'https://kubernetes.default.svc' };
  const kustomization = (entries: object[], spec: object = {}) => ({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'flux-system', namespace: 'flux-system' },
    spec,
    status: { inventory: { entries } },
  });
  const release = (spec: object) => ({
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: { name: 'web', namespace: 'apps' },
    spec,
  });

  const proposalsWith = async (objects: readonly object[], fault?: (path: string) => boolean) => {
    const cluster = new MemoryCluster([...namespaceObjects(), deployment, ...objects], GITOPS);
    const list = cluster.list.bind(cluster);
    cluster.list = (path, ...rest) => {
      if (fault?.(path)) throw new KubernetesError(403, 'Forbidden', 'may not list');
      return list(path, ...rest);
    };
    return (await new Stage(cluster).recordOf(checkTarget, { mode: 'plan' })).proposals.filter(({ text }) =>
      /Argo CD|Flux/.test(text),
    );
  };

  test.each<[string, object[]]>([
    ['nothing says that it owns them', []],
    [
      'the owner applies other namespaces',
      [
        application({ destination: { ...local, namespace: 'shop' } }),
        kustomization([{ id: 'shop_web_apps_Deployment' }]),
        release({ targetNamespace: 'shop' }),
      ],
    ],
    [
      'the owner applies another cluster',
      [
        application({ destination: { server: 'https://elsewhere', namespace: NAMESPACE } }),
        application({ destination: { server: `${CLUSTER_ARN}-2`, namespace: NAMESPACE } }),
        kustomization([{ id: 'evil_web_apps_Deployment' }], { kubeConfig: {} }),
        release({ targetNamespace: NAMESPACE, kubeConfig: {} }),
      ],
    ],
  ])('are something to look at where %s', async (_, objects) => {
    const proposals = await proposalsWith(objects);
    expect(proposals.map(({ text }) => text).join('\n')).toContain('prove nothing');
    expect(changing(proposals)).toEqual([]);
    expect(proposals.flatMap(({ commands }) => commands ?? [])).toHaveLength(3);
  });

  test('of a capability of EKS are paused like others, and lead to the capability', async () => {
    const [proposal] = await proposalsWith([
      application({ destination: { server: CLUSTER_ARN, namespace: NAMESPACE } }),
    ]);
    expect(proposal?.text).toContain('Argo CD, as a capability of EKS, applies objects of the namespace');
    expect(proposal?.commands).toEqual([
      expect.arrayContaining(['annotate', 'argocd.argoproj.io/skip-reconcile=true']),
      ['aws', 'eks', 'list-capabilities', '--region', 'eu-west-1', '--cluster-name', 'prod'],
    ]);
  });

  test('are something to look at where the owners may not be read', async () => {
    const proposals = await proposalsWith([application({ destination: { ...local, namespace: NAMESPACE } })], (path) =>
      path.includes('argoproj'),
    );
    expect(proposals.map(({ text }) => text).join('\n')).toContain('is not known: may not list');
    expect(changing(proposals)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      'applies into the namespace',
      application({ destination: { ...local, namespace: NAMESPACE } }),
      'kubectl annotate applications.argoproj.io web argocd.argoproj.io/skip-reconcile=true --namespace=apps',
    ],
    [
      'lists an object of it',
      application(
        { destination: { name: 'in-cluster' } },
        { resources: [{ kind: 'Service', namespace: NAMESPACE, name: 'x' }] },
      ),
      'kubectl annotate applications.argoproj.io web argocd.argoproj.io/skip-reconcile=true --namespace=apps',
    ],
    [
      'lists the namespace itself',
      kustomization([{ id: `_${NAMESPACE}__Namespace` }, { id: 'shop_web_apps_Deployment' }]),
      'kubectl patch kustomizations.kustomize.toolkit.fluxcd.io flux-system --namespace=flux-system --type=merge --patch={"spec":{"suspend":true}}',
    ],
    [
      'is a release into it',
      release({ targetNamespace: NAMESPACE }),
      'kubectl patch helmreleases.helm.toolkit.fluxcd.io web --namespace=apps --type=merge --patch={"spec":{"suspend":true}}',
    ],
  ])('are a reason to pause what %s, as that says itself', async (_, owner, pause) => {
    const proposals = await proposalsWith([owner]);
    expect(changing(proposals)).toEqual([pause]);
    if (pause.includes('kustomizations'))
      expect(proposals.map(({ text }) => text).join()).toContain('1 object elsewhere');
  });

  test('are never more than text in a command', async () => {
    const hostile = { ...web, annotations: { 'argocd.argoproj.io/tracking-id': '--all:x' }, labels: {} };
    const cluster = new MemoryCluster([...namespaceObjects(), { ...deployment, metadata: hostile }], GITOPS);
    const record = await new Stage(cluster).recordOf(checkTarget, { mode: 'plan' });
    expect(changing(record.proposals.filter(({ text }) => text.includes('Argo CD')))).toEqual([]);
  });
});

describe('of an IAM role on a service account', () => {
  const ARN = 'arn:aws:iam::111122223333:role/team/production-orders';
  const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/ABC';
  const SUBJECT = `system:serviceaccount:${NAMESPACE}:bot`;
  const statement = (condition: object, more: object = {}) => ({
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
    ...more,
  });
  const sub = (operator: string, value: unknown) => ({
    [operator]: { [`${ISSUER}:sub`]: value, [`${ISSUER}:aud`]: 'sts.amazonaws.com' },
  });
  const read = (...statements: object[]): Trust => ({
    status: 'read',
    policy: { Version: '2012-10-17', Statement: statements },
    provider: PROVIDER,
    issuer: ISSUER,
  });

  const proposalsWith = async (trust: Trust | Error | undefined, arn = ARN) => {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: here('bot', { annotations: { 'eks.amazonaws.com/role-arn': arn } }),
    };
    const stage = new Stage(new MemoryCluster([...namespaceObjects(), account]), {
      ...(trust && {
        roleTrust: {
          of: async () => {
            if (trust instanceof Error) throw trust;
            return trust;
          },
        },
      }),
    });
    const record = await stage.recordOf(cutIdentity);
    const files = [...stage.store.files].filter(([key]) => key.includes('/manifests/trust-policy'));
    return { proposals: record.proposals.filter(({ text }) => text.includes('role')), files };
  };

  test.each<[string, Trust | Error | undefined, RegExp]>([
    ['IAM cannot be asked', undefined, /IAM cannot be asked here/],
    ['IAM refuses', new Error('AccessDenied'), /could not be read \(AccessDenied\)/],
    [
      "the role is another account's",
      { status: 'elsewhere', account: '444455556666' },
      /another account, 444455556666/,
    ],
    ['there is no such role', { status: 'none' }, /there is no such role/],
    [
      'the role trusts another account of the cluster',
      read(statement(sub('StringEquals', 'system:serviceaccount:shop:orders'))),
      /does not let the account in/,
    ],
    [
      'the role trusts others by a pattern',
      read(statement(sub('StringLike', 'system:serviceaccount:shop:*'))),
      /does not let the account in/,
    ],
    [
      'the role trusts another cluster',
      read(statement(sub('StringEquals', SUBJECT), { Principal: { Federated: `${PROVIDER}X` } })),
      /does not let/,
    ],
    [
      'the role trusts by a condition that is not understood',
      read(statement(sub('StringNotEquals', SUBJECT))),
      /does not let/,
    ],
    ['the role refuses it', read(statement(sub('StringEquals', SUBJECT), { Effect: 'Deny' })), /does not let/],
    [
      'the role trusts EC2',
      read({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      /does not let/,
    ],
  ])('is something to look at, at most, where %s', async (_, trust, says) => {
    const { proposals, files } = await proposalsWith(trust);
    expect(proposals.map(({ text }) => text).join('\n')).toMatch(says);
    expect(changing(proposals)).toEqual([]);
    expect(files).toEqual([]);
  });

  test.each<[string, object]>([
    ['the account', sub('StringEquals', SUBJECT)],
    ['one of several accounts', sub('ForAnyValue:StringEquals', ['system:serviceaccount:shop:x', SUBJECT])],
    ['all accounts of the namespace', sub('StringLike', `system:serviceaccount:${NAMESPACE}:*`)],
    ['every account of the cluster', {}],
  ])('is a reason to take the access away where the role trusts %s', async (_, condition) => {
    const { proposals, files } = await proposalsWith(read(statement(condition)));
    expect(changing(proposals).map((line) => line.slice(0, 60))).toEqual(
      [
        'aws iam update-assume-role-policy --role-name production-orde',
        'aws iam put-role-policy --role-name production-orders --polic',
      ].map((line) => line.slice(0, 60)),
    );
    // What is put in place refuses this account and leaves the rest as it was.
    const { Statement } = JSON.parse(String(files[0]?.[1]));
    expect(Statement).toHaveLength(2);
    expect(Statement[1]).toMatchObject({
      Effect: 'Deny',
      Principal: { Federated: PROVIDER },
      Condition: { StringEquals: { [`${ISSUER}:sub`]: SUBJECT } },
    });
  });
});

describe('of an address that something in the namespace claims to have', () => {
  const ADDRESS = '10.20.30.40';
  const claims: [string, object][] = [
    [
      'an external address of a Service',
      { apiVersion: 'v1', kind: 'Service', metadata: here('s'), spec: { externalIPs: [ADDRESS] } },
    ],
    [
      'an address in the status of a Service',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: here('s'),
        status: { loadBalancer: { ingress: [{ ip: ADDRESS }] } },
      },
    ],
    [
      'a pod that shares the address of its node',
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: here('p'),
        spec: { hostNetwork: true },
        status: { podIPs: [{ ip: ADDRESS }] },
      },
    ],
  ];
  const clientConfig = { url: `https://${ADDRESS}:8443/` };
  const everything = [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }];
  const CONFIGURATIONS: [string, object][] = [
    [
      'a webhook of others',
      {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'company-policy' },
        webhooks: [{ name: 'a.company', clientConfig, rules: everything }],
      },
    ],
    [
      'a conversion of others',
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'orders.company' },
        spec: { conversion: { webhook: { clientConfig } } },
      },
    ],
  ];
  test.each(
    claims.flatMap(([who, claim]) =>
      CONFIGURATIONS.map(([what, configuration]) => [who, what, claim, configuration] as const),
    ),
  )('%s: %s is neither in the way nor to be taken away', async (_, __, claim, configuration) => {
    const stage = new Stage([...namespaceObjects(), claim, configuration]);
    const result = await stage.run(checkTarget, { mode: 'isolate' });
    const record = stage.record('checkTarget');
    expect(result.status).not.toBe('refused');
    const about = record.proposals.filter(({ text }) => text.includes('company'));
    expect(about.map(({ text }) => text).join()).toContain('proves nothing');
    expect(changing(about)).toEqual([]);
  });
});

describe('of what a webhook says', () => {
  const configuration = (name: string, webhooks: string[]) => ({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name },
    webhooks: webhooks.map((each) => ({ name: each, clientConfig: { service: { namespace: 'shop', name: 'x' } } })),
  });
  const proposalsWith = async (message: string, ...objects: object[]) => {
    const stage = new Stage([...namespaceObjects(), ...objects]);
    stage.cluster.may = async () => {
      throw new KubernetesError(500, 'InternalError', message);
    };
    return await stage.recordOf(checkTarget, { mode: 'plan' });
  };
  const DEAD = 'Internal error occurred: failed calling webhook "policy.company": no endpoints';

  test('that it denies in the words of a dead one is not a reason to take another away', async () => {
    const record = await proposalsWith(
      `admission webhook "evil" denied the request: ${DEAD}`,
      configuration('company', ['policy.company']),
    );
    expect(record.proposals.filter(({ text }) => text.includes('policy.company'))).toEqual([]);
    expect(record.open.join()).toContain('webhooks that are dead already');
  });

  test('two of one name are to be looked at', async () => {
    const record = await proposalsWith(
      DEAD,
      configuration('company', ['policy.company']),
      configuration('twin', ['policy.company']),
    );
    const about = record.proposals.filter(({ text }) => text.includes('policy.company'));
    expect(changing(about)).toEqual([]);
    expect(about.flatMap(({ commands }) => commands ?? [])).toHaveLength(2);
  });

  test('others of the same configuration stay', async () => {
    const record = await proposalsWith(DEAD, configuration('company', ['first.company', 'policy.company']));
    expect(changing(record.proposals.filter(({ text }) => text.includes('policy.company')))).toEqual([
      'kubectl patch validatingwebhookconfigurations company --type=json --patch=[{"op":"test","path":"/webhooks/1/name","value":"policy.company"},{"op":"remove","path":"/webhooks/1"}]',
    ]);
  });
});
