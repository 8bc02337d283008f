import { CONTAIN_TABLE, keysOf, RELEASE_TABLE, type StepKey } from './playbook-steps.ts';

/**
 * The first part of each key in the evidence bucket, by what is stored there. Rights and retention go by it. After it
 * stands the namespace that it is about: `<account>/<region>/<cluster>/<id>/`.
 */
export const EVIDENCE = {
  /** Alerts and their reports, by finding. */
  alerts: 'alerts',
  /** What the runs of the playbooks did and found, by the namespace's UID. */
  runs: 'containment',
  /** What release restores from, by UID. Written once, by *contain* alone. */
  snapshots: 'snapshots',
  /** ConfigMaps of the snapshots, which restoring does not need and *probe* may not read. Written once, by *contain* alone. */
  configMaps: 'configmaps',
  /**
   * That a namespace was released, by UID: what is taken afterwards starts from the beginning again. Written once, by
   * *release* alone.
   */
  releases: 'releases',
} as const;

/** The tag of what need not be kept any longer, as its namespace is released. */
export const RELEASED_TAG = { Key: 'released', Value: 'true' } as const;

/** What the steps write down, below the folder of their run. */
const recordsOf = (steps: readonly StepKey[]): string[] => steps.map((step) => `steps/${step}.json`);

/** The files of a run that its functions write, by function: what each writes, no other can write over. */
export const PROBE_FILES: readonly string[] = recordsOf(
  keysOf(CONTAIN_TABLE).filter((key) => CONTAIN_TABLE[key].by === 'probe'),
);
export const DECIDE_FILES: readonly string[] = ['decision.json'];
export const RELEASE_FILES: readonly string[] = [
  ...recordsOf(keysOf(RELEASE_TABLE)),
  // What it leaves to a person, for the commands that it proposes.
  'manifests/*.yaml',
  'report.json',
  'hashes.txt',
];
