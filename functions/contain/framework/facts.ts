/** What is known of how it came about: the alert, where there is one, the snapshot, and what earlier steps found. */
import { type Details, detailsOf } from '../../checks/index.ts';

import type { Alert } from '../../contract/alert.ts';
import type { Severity } from '../../contract/vocabulary.ts';
import { defined } from '../../kit/defined.ts';
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
  const [found, snapshots] = await Promise.all([
    alertOf(context).catch((error: Error) => ({ noAlert: `The alert could not be read: ${error.message}.` })),
    context.folder.snapshots(),
  ]);
  const details = 'alert' in found && found.alert ? detailsOf(found.alert) : {};
  return { context, ...found, details, ...defined({ snapshot: snapshots[0] }) };
}

/** What on-call was told of the finding; nothing where that is not known. A look that saw nothing is no LOW. */
export async function toldSeverity(context: StepContext): Promise<{ severity?: Severity }> {
  const { alert } = await alertOf(context).catch((): Pick<ContainmentFacts, 'alert'> => ({}));
  const { severity } = alert?.assessment ?? {};
  const isBlind = severity === 'LOW' && alert?.evidence?.every(({ status }) => status === 'not-checked');
  return severity === undefined || isBlind ? {} : { severity };
}

async function alertOf({ clients, run }: StepContext): Promise<Pick<ContainmentFacts, 'alert' | 'noAlert'>> {
  if (run.findingId === undefined) return { noAlert: 'The playbook was started without a finding.' };
  if (!clients.findings) return { noAlert: 'Alerts cannot be read from here.' };
  const alert = await clients.findings.alert(run.findingId, run.target.cluster);
  if (!alert) return { noAlert: 'The alert of this finding was not kept.' };
  const { uid } = alert.finding.namespace;
  // A person has typed the id: whoever made another namespace is not to lose their rights for this one.
  if (uid !== undefined && uid !== run.target.uid) return { noAlert: 'The finding is about another namespace.' };
  return { alert };
}
