/** Follow-ups as the playbooks send them, one of each kind. */

import { notStarted } from '../../functions/alert/follow-up/not-started.ts';
import type { StateMachineArns } from '../../functions/alert/state-machine-arns.ts';
import type { Proof, StepStatus } from '../../functions/contract/containment.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { FINDING } from './examples.ts';

const machine = (name: string) => `arn:aws:states:us-east-1:111122223333:stateMachine:namespace-sentinel-${name}`;
export const PLAYBOOKS: StateMachineArns = {
  default: { contain: machine('contain'), release: machine('release') },
  networks: [{ contain: machine('contain-inner'), release: machine('release-inner'), clusters: ['inner'] }],
  decide: machine('decide'),
};

const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:namespace-sentinel-contain:isolate-1';

const BASE: FollowUp = {
  schemaVersion: 1,
  id: FINDING.id,
  messageId: `${EXECUTION}#end`,
  playbook: 'contain',
  target: {
    cluster: { name: 'prod', region: 'us-east-1', account: '111122223333' },
    namespace: 'payments',
    uid: '2d3c4b5a-0000-4111-8222-333344445555',
  },
  severity: 'HIGH',
  mode: 'isolate',
  execution: EXECUTION,
  startedAt: '2026-11-23T07:10:02Z',
  at: '2026-11-23T07:10:41Z',
  outcome: 'contained',
  summary: 'payments is contained: its isolation is shown by 11 decisive proofs, 1 not applicable.',
  steps: (
    [
      ['checkTarget', 'done', 'It is this namespace, by its UID; 1 webhook points into it, and is accepted.'],
      ['snapshot', 'done', '214 objects of 37 kinds are kept.'],
      ['disableNamespace', 'done', 'Labelled, Pod Security restricted, quota of zero in force.'],
      ['isolateNetwork', 'done', '2 policies neutralised, 3 Services emptied, all traffic denied.'],
      ['cutIdentity', 'partly', '4 bindings and 3 service accounts deleted; 1 mixed binding is left to a person.'],
      ['cutConnections', 'done', 'All traffic is denied above its own policies as well.'],
      ['collectEvidence', 'done', 'Logs of 6 pods, events, digests.'],
      ['verifyIsolation', 'done', '11 of 12 claims are proven.'],
      ['askOnCall', 'skipped', 'Not part of this run.'],
      ['findRootCause', 'done', 'The creator was made cluster administrator 4 minutes before.'],
      ['writeRemediation', 'done', '5 manifests, 3 commands.'],
    ] satisfies [string, StepStatus, string][]
  ).map(([step, status, summary]) => ({ step, status, summary })),
  proofs: (
    [
      ['pods-refused', 'No pod can be created.', 'proven', 'A dry run was refused: exceeded quota namespace-sentinel.'],
      ['tokens-refused', 'The tokens of its service accounts are refused.', 'proven', '3 tokens were reviewed: 401.'],
      ['no-traffic', 'No traffic is allowed by a network policy.', 'proven', 'Only the deny-all policy is there.'],
      ['admin-tier', 'No policy of a higher tier allows traffic.', 'not-applicable', 'There is no such kind.'],
    ] satisfies [string, string, Proof['verdict'], string][]
  ).map(([id, claim, verdict, how]) => ({ id, claim, verdict, how, decisive: true })),
  open: [],
  proposals: [
    {
      aim: 'creator-access',
      text: 'Remove the access of arn:aws:iam::111122223333:role/ci-deployer, unless its owner confirms the namespace: delete its access entry, with which its access policies go.',
      commands: [
        ['aws', 'eks', 'delete-access-entry', '--cluster-name', 'prod', '--region', 'us-east-1'].concat(
          '--principal-arn',
          'arn:aws:iam::111122223333:role/ci-deployer',
        ),
      ],
    },
    {
      aim: 'access',
      text: 'Take the service account out of the binding ops/shared, which also serves others.',
      manifest: {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'shared', namespace: 'ops' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
        subjects: [{ kind: 'ServiceAccount', name: 'grafana', namespace: 'monitoring' }],
      },
    },
  ],
  folder: 's3://sentinel-evidence-111122223333/containment/111122223333/prod/2d3c4b5a-0000-4111-8222-333344445555/',
};

const { outcome, ...ASKING } = BASE;

export const PARTLY: FollowUp = {
  ...BASE,
  outcome: 'partly-contained',
  summary: `payments is only partly contained: 2 things are open, first: Isolate network: NetworkPolicy "allow-all" was created again: somebody with rights outside the namespace is still active.`,
  steps: BASE.steps.map((step) =>
    step.step === 'isolateNetwork'
      ? { ...step, status: 'failed', summary: 'The network policy deny-all was deleted again while it was read back.' }
      : step,
  ),
  proofs: [
    {
      id: 'no-policies',
      claim: 'No traffic is allowed by a network policy.',
      verdict: 'not-proven',
      how: 'NetworkPolicy "allow-all" is back: created at 2026-11-23T07:10:30Z by kubectl.',
      decisive: true,
    },
    {
      id: 'watches',
      claim: 'No watch of its accounts is still open.',
      verdict: 'not-proven',
      how: 'This cannot be tested from outside.',
      decisive: false,
    },
    ...BASE.proofs,
  ],
  open: [
    'Isolate network: NetworkPolicy "allow-all" was created again: somebody with rights outside the namespace is still active.',
    'Cut identity: The binding ops/shared names a service account of this namespace and others: take it out by hand.',
  ],
};

export const QUESTION: FollowUp = {
  ...ASKING,
  mode: 'remove',
  messageId: `${EXECUTION}#question`,
  summary: 'Asks whether 23 objects may be removed.',
  question: {
    id: 'question-2d3c4b5a-1',
    findingId: FINDING.id,
    target: BASE.target,
    execution: EXECUTION,
    askedAt: '2026-11-23T07:10:41Z',
    expiresAt: '2026-11-23T11:10:41Z',
    planHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    plan: [
      { kind: 'Deployment', name: 'web', what: 'deleted, with 3 pods' },
      { kind: 'StatefulSet', name: 'db', what: 'deleted, with 1 pod; its volume is kept' },
      { kind: 'CronJob', name: 'miner', what: 'deleted' },
    ],
    planTotal: 23,
  },
};

/** One of each kind. */
export const FOLLOW_UPS = {
  contained: BASE,
  removed: {
    ...BASE,
    mode: 'remove',
    summary: 'payments is contained: its isolation is shown by 11 decisive proofs. Nothing of it runs any more.',
    steps: [...BASE.steps, { step: 'removeWorkloads', status: 'done', summary: '23 objects stopped.' }],
  },
  'removal refused': {
    ...BASE,
    mode: 'remove',
    summary:
      'payments is contained: its isolation is shown by 11 decisive proofs. What runs was not removed: Ada refused (the owner looks at it first).',
  },
  'removal unanswered': {
    ...BASE,
    mode: 'remove',
    outcome: 'partly-contained',
    steps: BASE.steps.map((step) => (step.step === 'cutIdentity' ? { ...step, status: 'done' } : step)),
    summary:
      'payments is only partly contained: one thing is open, first: Ask on-call: nobody has approved the removal; what runs is isolated, and was not removed.',
    open: ['Ask on-call: nobody has approved the removal; what runs is isolated, and was not removed.'],
  },
  partly: PARTLY,
  planned: {
    ...BASE,
    outcome: 'planned',
    mode: 'plan',
    summary: 'Isolation would make 31 writes.',
    proofs: [],
  },
  refused: {
    ...BASE,
    outcome: 'refused',
    summary:
      'Nothing was touched: Webhook "policy" points into the namespace: accept webhook/validating/policy, or repoint it first.',
    steps: [{ step: 'checkTarget', status: 'refused', summary: 'A webhook would fail for the whole cluster.' }],
    proofs: [],
    proposals: [],
    open: [
      'Check target: Webhook "policy" points into the namespace: accept webhook/validating/policy, or repoint it first.',
    ],
  },
  question: QUESTION,
  released: {
    ...BASE,
    playbook: 'release',
    outcome: 'released',
    mode: 'release',
    summary: 'Everything that can be restored is as it was: 212 of 214 objects.',
    steps: [{ step: 'restoreNetwork', status: 'done', summary: '3 Services have their selectors again.' }],
    open: ['The ClusterRoleBinding "wide" grants wide rights: restore it by hand if it is wanted.'],
  },
  'partly released': {
    ...BASE,
    playbook: 'release',
    outcome: 'partly-released',
    mode: 'release',
    summary: '3 objects did not come back.',
    steps: [{ step: 'restoreWorkloads', status: 'partly', summary: '3 objects did not come back.' }],
    open: ['Deployment "web" was changed since: start release with overwrite to write over it.'],
  },
  decided: {
    ...BASE,
    playbook: 'decide',
    outcome: 'decided',
    summary: 'The finding is closed.',
    steps: [{ step: 'closeFinding', status: 'done', summary: 'The baseline knows this creator for 90 days.' }],
    proofs: [],
    proposals: [{ text: 'The namespace was contained. The playbook release gives it back what it had.' }],
    decision: { decision: 'legitimate', reason: 'Ticket OPS-12: the new payment service.', decidedBy: 'Ada' },
  },
  approved: {
    ...BASE,
    playbook: 'decide',
    outcome: 'decided',
    summary: 'The answer was sent: approve.',
    steps: [{ step: 'answerQuestion', status: 'done', summary: 'The answer was sent: approve.' }],
    proofs: [],
    proposals: [],
    decision: { decision: 'approve', reason: 'A miner, nobody needs it.', decidedBy: 'Jürgen Müller' },
  },
  'refused removal': {
    ...BASE,
    playbook: 'decide',
    outcome: 'decided',
    summary: 'The answer was sent: refuse.',
    steps: [{ step: 'answerQuestion', status: 'done', summary: 'The answer was sent: refuse.' }],
    proofs: [],
    proposals: [],
    decision: { decision: 'refuse', reason: 'The owner looks at it first.', decidedBy: '山田太郎' },
  },
  undecided: {
    ...BASE,
    playbook: 'decide',
    outcome: 'refused',
    summary: 'The finding is closed already.',
    steps: [{ step: 'checkDecision', status: 'refused', summary: 'The finding is closed already.' }],
    proofs: [],
    proposals: [],
    open: ['Nothing has to be decided.'],
    decision: { decision: 'legitimate', reason: 'Ticket OPS-12.', decidedBy: 'Ada' },
  },
  'planned release': {
    ...BASE,
    playbook: 'release',
    outcome: 'planned',
    mode: 'plan',
    summary: 'Nothing was changed. Releasing payments takes 27 writes.',
    steps: [{ step: 'restoreNetwork', status: 'done', summary: 'Of 3 objects: 3 would be restored, 0 unchanged.' }],
    proofs: [],
    proposals: [],
  },
  'release refused': {
    ...BASE,
    playbook: 'release',
    outcome: 'refused',
    mode: 'release',
    summary: 'Nothing was touched: There is no snapshot of this namespace.',
    steps: [{ step: 'checkSnapshot', status: 'refused', summary: 'There is no snapshot of this namespace.' }],
    proofs: [],
    proposals: [],
    open: ['Check snapshot: There is no snapshot of this namespace.'],
  },
  'not started': notStarted(
    {
      schemaVersion: 1,
      id: FINDING.id,
      finding: { ...FINDING, namespace: { ...FINDING.namespace, name: 'payments', uid: BASE.target.uid } },
      assessment: { score: 70, severity: 'HIGH', indicators: [] },
      evidence: [{ check: 'namespace', question: 'q', status: 'found', summary: 's', tookMs: 1 }],
    },
    { stateMachine: machine('contain'), name: `auto-${FINDING.id}` },
    Date.parse('2026-11-23T07:10:41Z'),
  ),
  'without a finding': { ...BASE, id: `containment-${BASE.target.uid}` },
} satisfies Record<string, FollowUp>;
