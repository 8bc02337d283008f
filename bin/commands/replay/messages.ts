import type { Cluster } from '../../../functions/contract/finding.ts';
import type { FileEnd } from './read-file.ts';

/** What a thread is told: to read a file, or that so many characters of findings and notes were taken. */
export type ToThread = { file: string; cluster: Cluster } | { taken: number };

/** What a thread tells about its file. */
export type FromThread =
  | { kind: 'counts'; bytes: number; events: number; others: number }
  | { kind: 'note'; text: string }
  /** As JSON. */
  | { kind: 'finding'; text: string }
  | { kind: 'end'; end: FileEnd };

/** A thread waits when so many characters of what it told were not taken yet: files before its own are still printed. */
export const MAX_WAITING = 4 * 1024 * 1024;
