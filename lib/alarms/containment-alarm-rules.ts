import type { PlaybookName } from '../playbooks/playbook-arns.ts';
import type { AlarmRule } from './alarm-rule.ts';
import { functionMetric, ofFunction, ofMachine, sumOf } from './metrics.ts';
import { allPlaybooks, type SentinelParts, stepFunctions } from './sentinel-parts.ts';

const RESULTS: Readonly<Record<PlaybookName, string>> = {
  contain:
    'partly-contained: something is open; refused: nothing was touched; anything else: it broke off. When mended, start it again: every step may be repeated',
  release:
    'partly-released: something did not come back; refused: nothing was touched; anything else: it broke off. When mended, start it again: every step may be repeated',
  decide: 'refused: nothing was decided; anything else: it broke off, and a question may still wait for its answer',
};

const NOT_TOLD = 'Nobody was told how it ended, and the lease on the namespace is held until it runs out.';

const MEANS = {
  contain: 'Steps of the playbook contain fail, those of isolation or removal',
  probe: 'Steps of the playbook contain fail, those that prove isolation or removal',
  release: 'Steps of the playbook release fail',
  decide: 'Steps of the playbook decide fail: a removal may not get its approval',
};

/** What can go wrong with the playbooks; those of all networks together, the console and the dashboard tell them apart. */
export function containmentRules(parts: SentinelParts, thresholds: { readonly functionErrors: number }): AlarmRule[] {
  if (!parts.containment) return [];
  return [
    ...(Object.keys(RESULTS) as PlaybookName[]).flatMap((kind) => playbookRules(parts, kind)),
    ...(Object.keys(MEANS) as (keyof typeof MEANS)[]).flatMap((kind) =>
      stepRules(parts, kind, thresholds.functionErrors),
    ),
    {
      id: 'auto-start-failed',
      metric: functionMetric('alert', 'AutoStartFailed'),
      description:
        'Isolation should have started by itself and did not. The logs of alert say why, by the finding id. Look at the alert and start the playbook contain by hand.',
    },
  ];
}

function playbookRules(parts: SentinelParts, kind: PlaybookName): AlarmRule[] {
  const machines = allPlaybooks(parts).filter((each) => each.kind === kind);
  const ended = (how: string) => sumOf(machines.map(({ part: { machine } }) => ofMachine(machine, `Executions${how}`)));
  return [
    {
      id: `playbook-${kind}-failed`,
      metric: ended('Failed'),
      description: `An execution of the playbook ${kind} ended in a Fail state. Its error says how (${RESULTS[kind]}), its cause why.`,
    },
    {
      id: `playbook-${kind}-timed-out`,
      metric: ended('TimedOut'),
      description: `An execution of the playbook ${kind} took longer than it may. What it did stands. ${NOT_TOLD} Its history shows where it hung; start it again.`,
    },
    {
      id: `playbook-${kind}-aborted`,
      metric: ended('Aborted'),
      description: `Somebody stopped an execution of the playbook ${kind}; CloudTrail (StopExecution) says who. What it did stands. ${NOT_TOLD} If nobody of yours did, treat it as an attack.`,
    },
  ];
}

function stepRules(parts: SentinelParts, kind: keyof typeof MEANS, functionErrors: number): AlarmRule[] {
  const functions = stepFunctions(parts).filter((each) => each.kind === kind);
  const of = (metricName: string) => sumOf(functions.map(({ part: { lambda } }) => ofFunction(lambda, metricName)));
  return [
    {
      id: `step-${kind}-errors`,
      metric: of('Errors'),
      threshold: functionErrors,
      description: `${MEANS[kind]}. The state machine tries again, then goes on and reports what is open. Look for level ERROR in the logs of the function ${kind}. Wrong input counts as well: the execution says so.`,
    },
    {
      id: `step-${kind}-throttled`,
      metric: of('Throttles'),
      description: `The function ${kind} is refused capacity. The state machine tries again for about a minute, then the step is open. Raise the account's concurrency.`,
    },
  ];
}
