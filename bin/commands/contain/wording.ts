import { printProposed } from '../../../functions/contract/commands/print.ts';
import type { DoneAction, Proof, Proposal } from '../../../functions/contract/containment.ts';
import type { ContainmentReport } from '../../../functions/contract/containment-report.ts';
import { CONTAIN_STEPS, RELEASE_STEPS } from '../../../functions/contract/playbook-steps.ts';
import { harmlessInTerminal } from '../harmless.ts';

const NAMES: Readonly<Record<string, string>> = { ...CONTAIN_STEPS, ...RELEASE_STEPS };

/** The end of a playbook, for a person. @param place where the whole of it is kept */
export function endText(report: ContainmentReport, place: string): string {
  const { mode, summary, steps, proofs, open, proposals } = report;
  return text([
    summary,
    ...(mode === 'plan' ? planLines(steps) : []),
    ...section('Proofs', proofs.flatMap(proofLines)),
    ...section(
      'Open',
      open.map((sentence) => `  - ${sentence}`),
    ),
    ...section('For a person to do, after reading', proposals.flatMap(proposalLines)),
    '',
    `Kept in ${place}`,
  ]);
}

/** What was proven, and how. */
export const proofsText = (proofs: readonly Proof[]): string => text(proofs.flatMap(proofLines));

/** What the steps would write, each under its name. */
function planLines(steps: ContainmentReport['steps']): string[] {
  return steps.flatMap(({ step, actions = [] }) => section(NAMES[step] ?? step, actions.map(actionLine)));
}

function actionLine({ verb, kind, namespace, name, what, outcome, reason = '' }: DoneAction): string {
  const object = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  const end = { done: '', already: ' (it is so already)', failed: ` (REFUSED: ${reason})` }[outcome];
  return `  ${verb.padEnd(7)} ${object}: ${what}${end}`;
}

function proofLines({ claim, verdict, how, decisive, shows }: Proof): string[] {
  const notes = [...(shows ? [`by ${shows}`] : []), ...(decisive ? [] : ['does not decide'])];
  const note = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  return [`  ${verdict.padEnd(14)}  ${claim}${note}`, `${' '.repeat(18)}${how}`];
}

function proposalLines({ text, commands = [], manifest }: Proposal): string[] {
  return [
    `  - ${text}`,
    ...printProposed(commands).map(
      (command) => `      ${'line' in command ? command.line : `(a command is left out here: ${command.leftOut})`}`,
    ),
    ...(manifest ? [`      (a manifest: see report.json, and the files of the run)`] : []),
  ];
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length > 0 ? ['', title, ...lines] : []);

/** Names in it may be chosen by an attacker: each line stays one. */
const text = (lines: readonly string[]): string => lines.map((line) => `${harmlessInTerminal(line)}\n`).join('');
