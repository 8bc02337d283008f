import type { CommandLine } from '../contract/commands/print.ts';

/** A step, harmless; what follows it is to be copied or clicked. */
export interface AdviceStep {
  text: string;
  commands?: CommandLine[];
  link?: string;
}
