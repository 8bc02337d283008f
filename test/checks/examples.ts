import { type Check, type CheckContext, DEFAULT_CHECK_SETTINGS } from '../../functions/checks/check.ts';
import type { ClusterDescription } from '../../functions/clients/local/eks.ts';
import type { Actor, Finding } from '../../functions/contract/finding.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { object } from '../../functions/contract/read.ts';

export const ACCOUNT = '111122223333';
export const AT = '2026-11-23T10:00:00.000000Z';
export const CI_ROLE = `arn:aws:iam::${ACCOUNT}:role/ci`;

/** An IAM role, as the API server of an EKS cluster logs it. */
export const role = (overrides: Partial<Actor> = {}): Actor => ({
  kind: 'iam-role',
  username: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/build-7`,
  groups: ['developers', 'system:authenticated'],
  principalArn: CI_ROLE,
  sessionName: 'build-7',
  accessKeyId: 'ASIAEXAMPLE',
  ...overrides,
});

export const serviceAccount = (overrides: Partial<Actor> = {}): Actor => ({
  kind: 'service-account',
  username: 'system:serviceaccount:shop:cart',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
  ...overrides,
});

/** An ordinary creation by an ordinary role; parts are replaced as a whole. */
export const finding = (overrides: Partial<Finding> = {}): Finding => ({
  schemaVersion: 1,
  id: 'finding-1',
  outcome: 'created',
  cluster: { name: 'prod', region: 'eu-central-1', account: ACCOUNT },
  namespace: { name: 'shop', uid: 'a5d1', createdAt: '2026-11-23T10:00:00Z', labels: {}, annotations: {} },
  actor: role(),
  request: { auditId: 'x', verb: 'create', code: 201, at: AT, userAgent: 'kubectl', sourceIps: ['10.0.0.7'] },
  source: { kind: 'audit-log' },
  ...overrides,
});

/** A cluster without a weak point, which the role {@link CI_ROLE} entered months ago. */
export const cluster = (
  overrides: Partial<ClusterDescription['cluster']> = {},
  accessEntries: ClusterDescription['accessEntries'] = [
    {
      principalArn: CI_ROLE,
      type: 'STANDARD',
      username: `arn:aws:sts::${ACCOUNT}:assumed-role/ci/{{SessionName}}`,
      kubernetesGroups: ['developers'],
      createdAt: '2026-01-02T03:04:05Z',
      modifiedAt: '2026-01-02T03:04:05Z',
      accessPolicies: [
        {
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy',
          accessScope: { type: 'namespace', namespaces: ['shop', 'cart'] },
          associatedAt: '2026-01-02T03:04:05Z',
          modifiedAt: '2026-01-02T03:04:05Z',
        },
      ],
    },
  ],
): ClusterDescription => ({
  cluster: {
    name: 'prod',
    version: '1.36',
    status: 'ACTIVE',
    resourcesVpcConfig: { endpointPublicAccess: false, endpointPrivateAccess: true, publicAccessCidrs: [] },
    accessConfig: { authenticationMode: 'API' },
    logging: { clusterLogging: [{ types: ['api', 'audit', 'authenticator'], enabled: true }] },
    encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: 'arn:aws:kms:eu-central-1:111122223333:key/k' } }],
    ...overrides,
  },
  accessEntries,
});

export const evidence = (overrides: Partial<Evidence> = {}): Evidence => ({
  check: 'principal',
  question: '?',
  status: 'found',
  summary: 's',
  ...overrides,
});

/** Whatever a check may do. */
export const check = (run: (context: CheckContext) => unknown, overrides: Partial<Check> = {}): Check => ({
  name: 'example',
  question: 'Does it hold?',
  deadlineMs: 1000,
  needs: { kubernetes: [], aws: [] },
  details: object({}),
  show: () => [],
  run: run as Check['run'],
  ...overrides,
});

export const denied = (action: string): Error =>
  Object.assign(
    new Error(
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/f/g is not authorized to perform: ${action} on resource: arn:aws:eks:eu-central-1:${ACCOUNT}:cluster/prod because no identity-based policy allows the ${action} action`,
    ),
    { name: 'AccessDeniedException' },
  );

/** A check's context, without a way to the cluster. */
export const contextOf = (changes: Partial<CheckContext> = {}): CheckContext => ({
  finding: finding(),
  clients: {},
  isFirst: true,
  settings: DEFAULT_CHECK_SETTINGS,
  kubernetes: async () => {
    throw new Error('no cluster');
  },
  liveNamespace: async () => {
    throw new Error('no cluster');
  },
  signal: new AbortController().signal,
  now: Date.now,
  ...changes,
});
