/** What is known of how it came about: the alert, where there is one, the snapshot, and what earlier steps found. */

import { type Details, detailsOf } from '../../checks/index.ts';
import type { Alert } from '../../contract/alert.ts';
import type { Target } from '../../contract/containment.ts';
import { gradeOf } from '../../contract/grade.ts';
import type { Severity } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
import { messageOf } from '../../kit/words.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { StepContext } from './step.ts';

export interface ContainmentFacts {
  context: StepContext;
  /** Absent where the playbook was started without a finding, or its alert was not kept. */
  alert?: Alert;
  /** Why there is no alert, as a sentence. */
  noAlert?: string;
  /** Of the alert's evidence, by check; what a check did not tell is absent. */
  details: Details;
  /** The first snapshot; absent in a plan. */
  snapshot?: Snapshot;
}

/** @throws when the snapshot cannot be read; an alert that cannot be is said in `noAlert` */
export async function factsOf(context: StepContext): Promise<ContainmentFacts> {
  const [found, snapshots] = await Promise.all([findingOf(context), context.folder.snapshots()]);
  const { alert, noAlert } = found;
  return { context, details: alert ? detailsOf(alert) : {}, ...defined({ alert, noAlert, snapshot: snapshots[0] }) };
}

/** What is known of the finding that a run was started with. */
export interface RunFinding {
  /** Its id, where the finding is known and about the target: anybody may type any. */
  findingId?: string;
  alert?: Alert;
  /** What on-call was told about it; absent where that is not known. A look that saw nothing is not LOW. */
  severity?: Severity;
  /** It is of a drill that was registered. */
  drill?: true;
  /** Why there is no alert, as a sentence. */
  noAlert?: string;
  /** It is about something else, and the run must not go out under its id. */
  isOther?: boolean;
}

/** What to do about a finding that is about something else. */
export const OTHER_FINDING = 'Leave "findingId" out, or give that of the alert about this namespace.';

/** Holds the finding that somebody has named against the target of the run: its cluster, its namespace and its UID. */
export async function findingOf({ clients, run }: Pick<StepContext, 'clients' | 'run'>): Promise<RunFinding> {
  const { findingId, target } = run;
  if (findingId === undefined) return { noAlert: 'The playbook was started without a finding.' };
  if (!clients.findings) return { noAlert: 'Alerts cannot be read from here.' };
  let alert: Alert | undefined;
  try {
    alert = await clients.findings.alert(findingId, target.cluster);
  } catch (error) {
    return { noAlert: `The alert could not be read: ${messageOf(error)}.` };
  }
  if (!alert) return { noAlert: 'The alert of this finding was not kept.' };
  const other = differenceOf(alert, target);
  if (other !== undefined) return { noAlert: `The finding is about another ${other}.`, isOther: true };
  const grade = gradeOf(alert);
  return {
    findingId,
    alert,
    ...defined({
      severity: grade === 'UNKNOWN' ? undefined : grade,
      drill: alert.finding.drill === 'registered' || undefined,
    }),
  };
}

/** In what a finding is about something else; what either of them does not tell makes no difference. */
function differenceOf({ finding }: Alert, { cluster, namespace, uid }: Target): 'cluster' | 'namespace' | undefined {
  const differ = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
  if ((['name', 'region', 'account'] as const).some((part) => differ(finding.cluster[part], cluster[part])))
    return 'cluster';
  return differ(finding.namespace.name, namespace) || differ(finding.namespace.uid, uid) ? 'namespace' : undefined;
}
