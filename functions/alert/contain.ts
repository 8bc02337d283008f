/** How to contain the namespace of a finding, and how to say that it was meant: lines ready to copy. */
import type { Alert } from '../contract/alert.ts';
import type { Finding } from '../contract/finding.ts';
import { ALERTING_OUTCOMES } from '../contract/vocabulary.ts';
import { protection } from '../kubernetes/quarantine.ts';
import { type Printed, playbookInput } from './commands.ts';
import { ACCOUNT, LABEL, matching, REGION, UUID } from './grammar.ts';
import { clusterName } from './headline.ts';
import { FILL_IN, machinesFor, type Playbooks, playbook, startOf } from './playbooks.ts';
import type { Step } from './step.ts';

/** The alert with what starts the playbooks about it, where something may have been created. */
export function withPlaybooks(alert: Alert, playbooks: Playbooks, protectedNamespaces: readonly string[] = []): Alert {
  const { finding, update } = alert;
  if (!ALERTING_OUTCOMES.includes(finding.outcome)) return alert;
  const contain = containOf(finding, playbooks, protectedNamespaces, update ? `-${update.look + 1}` : '');
  const decide = decideOf(alert, playbooks);
  return { ...alert, ...(contain && { contain }), ...(decide && { decide }) };
}

/** @param round sets the names of executions apart that an update proposes, as each name works once */
function containOf(
  finding: Finding,
  playbooks: Playbooks,
  protectedNamespaces: readonly string[],
  round: string,
): Alert['contain'] {
  const { contain: machine } = machinesFor(playbooks, finding.cluster) ?? {};
  if (machine === undefined) return undefined;
  const target = targetOf(finding);
  if (typeof target === 'string') return { leftOut: target };
  const guarded = protection(target.namespace, protectedNamespaces);
  if (guarded !== undefined) return { leftOut: 'it would refuse, because the namespace is protected' };
  const start = (mode: 'plan' | 'isolate') =>
    startOf(machine, `${mode}-${finding.id}${round}`, { ...target, mode, findingId: finding.id });
  const plan = start('plan');
  const isolate = start('isolate');
  return plan && isolate ? { ...playbook(machine), plan, isolate } : { leftOut: 'a value in it is unusual' };
}

/** The input's part that names the namespace, or why there is none. */
function targetOf(finding: Finding): { cluster: object; namespace: string; uid: string } | string {
  const { namespace, cluster } = finding;
  const name = clusterName(finding);
  if (name === undefined) return 'the name of the cluster is not known';
  const label = matching(LABEL, namespace.name);
  if (label === undefined) return 'the name of the namespace is not known';
  const uid = matching(UUID, namespace.uid);
  if (uid === undefined) return 'the UID of the namespace is not known; what you look at in step 1 shows it';
  const region = matching(REGION, cluster.region);
  const account = matching(ACCOUNT, cluster.account);
  return { cluster: { name, ...(region && { region }), ...(account && { account }) }, namespace: label, uid };
}

function decideOf({ id, update }: Alert, { decide }: Playbooks): Alert['decide'] {
  if (decide === undefined) return undefined;
  const input = { findingId: id, decision: 'legitimate', ...FILL_IN };
  const legitimate = startOf(decide, `legitimate-${id}${update ? `-${update.look + 1}` : ''}`, input);
  return legitimate && { ...playbook(decide), legitimate };
}

export const AUTO_START =
  'Isolation is being started automatically. Another message about this finding says how it ended, within about half an ' +
  'hour. If none comes, start it yourself.';

/** The steps that start the playbooks. @param inFull also what the short form leaves to the reader */
export function containSteps({ contain, decide }: Alert, inFull: boolean): Step[] {
  return [...(contain ? ('leftOut' in contain ? leftOut(contain) : starts(contain, inFull)) : []), ...meant(decide)];
}

const leftOut = ({ leftOut }: { leftOut: string }): Step[] => [
  { text: `The line that starts the containment playbook is left out here: ${leftOut}.` },
];

type HowToContain = Exclude<NonNullable<Alert['contain']>, { leftOut: string }>;

function starts({ console, plan, isolate }: HowToContain, inFull: boolean): Step[] {
  const inputs: Printed[] = (inFull ? [plan, isolate] : [plan]).map(({ input }) => playbookInput(input));
  return [
    { text: 'To contain it, first see what isolation would do. This changes nothing:', commands: [line(plan)] },
    {
      text:
        'Then isolate it. Nothing new can start in it, its network and its access are cut; what runs stays for the ' +
        'evidence, and the playbook release undoes it:',
      commands: [line(isolate)],
    },
    {
      text: `Or in the Step Functions console: Start execution, with this input${inFull ? ' (plan first, then isolate)' : ', and isolate in place of plan the second time'}:`,
      commands: inputs,
      ...(console && { link: console }),
    },
  ];
}

function meant(decide: Alert['decide']): Step[] {
  if (!decide) return [];
  return [
    {
      text: 'If it was meant, say so, with the reason for WHY and your name for WHO. That closes the finding and teaches the baseline:',
      commands: [line(decide.legitimate)],
    },
  ];
}

const line = ({ command }: { command: string }): Printed => ({ line: command });
