/** The states of a playbook whose steps follow each other as in their table. */
import type { ContainmentOutcome } from '../../contract/containment.ts';
import { keysOf, type StepKey, type StepTable } from '../../contract/playbook-steps.ts';
import { ending, firstTask, type State, task, WRONG_INPUT, wrongInput } from './states.ts';

type States = Record<string, State>;

export interface SequenceOptions<Key extends string> {
  /** ARN of the function that runs a step. */
  functionOf(key: Key): string;
  /** What stands between a step and the next one, as a choice or a pause: the step leads to the first of these states. */
  between: Partial<Record<Key, (next: string) => States>>;
  /** A step whose state is not a plain task. */
  special?: Partial<Record<Key, (next: string) => State>>;
  /** The end that the last step chooses: each outcome and its state. */
  ends: Readonly<Record<string, [outcome: ContainmentOutcome, State]>>;
}

/** Of the last step: nobody would be told if it failed. */
const LAST_ATTEMPTS = 4;

/** @param table the first step reads the person's input, and the last one reports */
export function sequence<Key extends StepKey>(
  table: StepTable<Key>,
  { functionOf, between, special = {}, ends }: SequenceOptions<Key>,
): States {
  const keys = keysOf(table);
  const last = keys.at(-1) as Key;
  const report = table[last].state;
  const states: States = {};
  for (const key of keys.slice(0, -1)) {
    const gates = between[key]?.(stateAfter(table, key)) ?? {};
    const next = Object.keys(gates)[0] ?? stateAfter(table, key);
    const options = { comment: table[key].does, functionArn: functionOf(key), next };
    states[table[key].state] =
      special[key]?.(next) ??
      (key === keys[0] ? firstTask(key, { ...options, onFailure: report }) : task(key, options));
    if (key === keys[0]) states[WRONG_INPUT] = wrongInput;
    Object.assign(states, gates);
  }
  const options = { comment: table[last].does, functionArn: functionOf(last), next: report, attempts: LAST_ATTEMPTS };
  return { ...states, ...ending(task(last, options), ends) };
}

/** The state of the step that comes after this one. */
export function stateAfter<Key extends string>(table: StepTable<Key>, key: Key): string {
  const keys = keysOf(table);
  return table[keys[keys.indexOf(key) + 1] as Key].state;
}
