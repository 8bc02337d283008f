import type { CommandLine } from '../contract/commands/print.ts';
import { belowBullet, bullet, copyable } from './layout.ts';

/** A step, harmless; what follows it is to be copied or clicked. */
export interface AdviceStep {
  text: string;
  commands?: CommandLine[];
  link?: string;
}

/** A step of a mail under its mark, with what is to be copied or clicked. */
export function stepLines({ text, commands = [], link }: AdviceStep, mark: string): string[] {
  return [
    ...bullet(text, mark),
    ...commands.flatMap((command) =>
      'line' in command ? copyable(command.line) : belowBullet(`(A command is left out here: ${command.leftOut}.)`),
    ),
    ...(link ? copyable(link) : []),
  ];
}
