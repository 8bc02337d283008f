/** The tables of the steps: by what keys and names they are known, what they are for, and what rests on them. */

interface StepRow {
  /** Its state, as people see it: in the console, in messages, in the terminal. */
  state: string;
  /** What it does, in a sentence: the comment of its state, and its line in docs/playbooks.md. */
  does: string;
  /** The function that runs it. @default the one that acts */
  by?: 'probe';
  /** What has ended well only if this step has done all of its work. */
  part?: 'isolation' | 'removal' | 'restoration';
}

/** Steps by their keys, in their order. */
export type StepTable<Key extends string = string> = Readonly<Record<Key, StepRow>>;
const stepTable = <Key extends string>(rows: StepTable<Key>): StepTable<Key> => rows;

/** The steps of the playbook *contain*, in their order. */
export const CONTAIN_TABLE = stepTable({
  checkTarget: {
    state: 'Check target',
    does: 'Reads the input; UID, protection, lease; what hangs on the namespace: webhooks, APIServices, conversions, network plugin, Fargate, finalizers, GitOps, capabilities of EKS (managed Argo CD, ACK, kro).',
  },
  snapshot: {
    state: 'Snapshot',
    does: 'Keeps all that release needs, by discovery; Secrets by name only. Without it nothing is changed.',
  },
  disableNamespace: {
    state: 'Disable namespace',
    does: 'The quarantine label with the UID first; then Pod Security "restricted" and a quota of zero: nothing new can start.',
    part: 'isolation',
  },
  isolateNetwork: {
    state: 'Isolate network',
    does: 'Denies all traffic, makes other policies allow nothing, empties Services.',
    part: 'isolation',
  },
  cutIdentity: {
    state: 'Cut identity',
    does: 'Deletes bindings that are wholly its own, service accounts, Pod Identity associations; proposes the rest.',
    part: 'isolation',
  },
  cutConnections: {
    state: 'Cut connections',
    does: 'Denies all traffic above its own policies as well, once these are in force: that cuts what was open. It needs the network plugin of EKS.',
    part: 'isolation',
  },
  collectEvidence: {
    state: 'Collect evidence',
    does: 'Logs, events, digests, nodes and volumes of the muted pods.',
  },
  verifyIsolation: {
    state: 'Verify isolation',
    does: 'Proves it, by another identity than the one that acted.',
    by: 'probe',
  },
  askOnCall: {
    state: 'Ask on-call',
    does: 'Asks a person, who answers through decide. Without an answer the namespace stays isolated.',
  },
  removeWorkloads: {
    state: 'Remove workloads',
    does: 'Stops what runs, owners first, as approved; volumes are kept.',
    part: 'removal',
  },
  verifyRemoval: {
    state: 'Verify removal',
    does: 'Proves that nothing runs and nothing can start.',
    by: 'probe',
  },
  findRootCause: {
    state: 'Find root cause',
    does: 'How the actor got in and got the right, and what in the cluster let it.',
  },
  writeRemediation: {
    state: 'Write remediation',
    does: 'Manifests and commands to review, made from what was found.',
  },
  verifySessions: {
    state: 'Verify sessions',
    does: 'Proves by the audit log that nobody is in its pods any more, once the log has arrived.',
    by: 'probe',
  },
  report: {
    state: 'Report',
    does: 'Tells on-call, keeps the hash list, gives the lease back.',
  },
});
export type ContainStepKey = keyof typeof CONTAIN_TABLE;

/** The steps of *release*. What was done last is not undone first: a pod needs its account and its network to start. */
export const RELEASE_TABLE = stepTable({
  checkSnapshot: {
    state: 'Check snapshot',
    does: 'Reads the input; is there a snapshot of this namespace, and was anything changed since?',
  },
  liftQuarantine: {
    state: 'Lift quarantine',
    does: 'The label first: under it not even release may write.',
    part: 'restoration',
  },
  restoreIdentity: {
    state: 'Restore identity',
    does: 'Service accounts, and bindings that grant nothing wide.',
    part: 'restoration',
  },
  restoreNetwork: {
    state: 'Restore network',
    does: 'Network policies, Services, and what was taken from them.',
    part: 'restoration',
  },
  restoreWorkloads: {
    state: 'Restore workloads',
    does: 'What was stopped runs again, as far as it can.',
    part: 'restoration',
  },
  verifyRelease: {
    state: 'Verify release',
    does: 'Compares every object with the snapshot.',
  },
  report: {
    state: 'Report',
    does: 'Tells on-call what came back and what did not; gives the lease back.',
  },
});
export type ReleaseStepKey = keyof typeof RELEASE_TABLE;

/** The steps of *decide*. */
export const DECIDE_TABLE = stepTable({
  checkDecision: {
    state: 'Check decision',
    does: 'Reads the input; is there such a question or finding, and does the approval name its plan?',
  },
  answerQuestion: {
    state: 'Answer question',
    does: 'Sends the answer to the execution that waits.',
  },
  closeFinding: {
    state: 'Close finding',
    does: 'Closes the finding, teaches the baseline as far as it may be taught, and offers release.',
  },
  report: {
    state: 'Report',
    does: 'Tells on-call what was decided.',
  },
});
export type DecideStepKey = keyof typeof DECIDE_TABLE;

export type StepKey = ContainStepKey | ReleaseStepKey | DecideStepKey;

/** In their order. */
export const keysOf = <Key extends string>(table: StepTable<Key>): Key[] => Object.keys(table) as Key[];

const statesOf = <Key extends string>(table: StepTable<Key>): Readonly<Record<Key, string>> =>
  Object.fromEntries(keysOf(table).map((key) => [key, table[key].state])) as Record<Key, string>;

/** The names of the states, by the keys of the steps. */
export const CONTAIN_STEPS = statesOf(CONTAIN_TABLE);
export const RELEASE_STEPS = statesOf(RELEASE_TABLE);
export const DECIDE_STEPS = statesOf(DECIDE_TABLE);

/** The steps on which this part of a playbook rests, in their order. */
export const stepsOf = <Key extends string>(table: StepTable<Key>, part: StepRow['part']): Key[] =>
  keysOf(table).filter((key) => table[key].part === part);
