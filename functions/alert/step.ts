import type { Printed } from './commands.ts';

/** A step, harmless; what follows it is to be copied or clicked. */
export interface Step {
  text: string;
  commands?: Printed[];
  link?: string;
}
