/** What every command says of every failure: what happened, where, and what to do. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ExpectedError } from '../expected-error.ts';
import { InputError } from '../input/input.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { awsFailure } from './failure/aws.ts';
import type { CommandFailure } from './failure/failure.ts';
import { kubernetesFailure } from './failure/kubernetes.ts';
import { systemFailure } from './failure/system.ts';
import { harmlessInTerminal } from './harmless.ts';

/** The first that knows an error explains it. */
const EXPLANATIONS: readonly ((error: unknown) => CommandFailure | undefined)[] = [
  (error) => (error instanceof ExpectedError ? { what: error.message } : undefined),
  kubernetesFailure,
  awsFailure,
  systemFailure,
];

export interface FailureOptions {
  /** As a person has typed it: `sentinel baseline accept`. */
  command: string;
  /** The cluster, table or folder that the work was about. */
  about?: string | undefined;
  /** With the stack. */
  debug: boolean;
}

/** The lines to print; the last one ends without a line break. */
export function failureText(error: unknown, { command, about, debug }: FailureOptions): string {
  const known = EXPLANATIONS.map((explain) => explain(error)).find((failure) => failure !== undefined);
  const { what, todo } = known ?? unexpected(error);
  return [
    // A further line of the message cannot be taken for one of ours.
    `${command}: ${what.trim().split('\n').map(harmlessInTerminal).join('\n    ')}`,
    ...(about === undefined || error instanceof InputError ? [] : [`  where: ${harmlessInTerminal(about)}`]),
    ...(todo === undefined ? [] : [`  to do: ${harmlessInTerminal(todo)}`]),
    ...(debug ? stackOf(error).split('\n').map(harmlessInTerminal) : []),
  ].join('\n');
}

/** A mistake in this program. */
function unexpected(error: unknown): CommandFailure {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const place = placeIn(error);
  return {
    what: `unexpected ${said}${place === undefined ? '' : ` (${place})`}`,
    todo: 'this is a fault of Namespace Sentinel: please report it with what --debug (or SENTINEL_DEBUG=1) prints',
  };
}

/** The first place in our own files, as `bin/commands/main.ts:12:3`. */
function placeIn(error: unknown): string | undefined {
  for (const line of stackOf(error).split('\n')) {
    const [, place = '', position] = /^ +at (?:.* \()?([^ ()]+?)(:\d+:\d+)\)?$/.exec(line) ?? [];
    const path = relative(PACKAGE_ROOT, place.startsWith('file:') ? fileURLToPath(place) : place);
    if (position && !path.startsWith('..') && !path.split(sep).includes('node_modules')) return `${path}${position}`;
  }
  return undefined;
}

/** With the causes. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}
