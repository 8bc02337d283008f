import type { Cluster } from '../../../functions/contract/finding.ts';
import type { ReplayInput } from './inputs.ts';
import type { FileEnd } from './read-file.ts';

/** What a thread is told: to read a file or an object, or that so many characters of findings and notes were taken. */
export type ToThread = { input: ReplayInput; cluster: Cluster } | { taken: number };

/** A line for a person; or a finding, as JSON. */
export type ThreadReport = { note: string } | { finding: string };

/** What a thread tells about its file. */
export type FromThread =
  | { kind: 'counts'; bytes: number; events: number; others: number }
  | { kind: 'goesOn' }
  /** In their order; `size` counts their characters. */
  | { kind: 'told'; told: ThreadReport[]; size: number }
  | { kind: 'end'; end: FileEnd }
  /** What was thrown. Between threads an error loses its name and all that the SDK for AWS has written into it. */
  | { kind: 'failure'; failure: Failure };

interface Failure {
  name: string;
  message: string;
  stack?: string | undefined;
  $metadata?: object | undefined;
}

/** A thread waits when so many characters of what it told were not taken yet: files before its own are still printed. */
export const MAX_WAITING = 4 * 1024 * 1024;
