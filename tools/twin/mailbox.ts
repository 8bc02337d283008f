/** What the alert topic sent by e-mail. */
import { existsSync, readFileSync } from 'node:fs';
import type { Twin } from './twin.ts';

export interface Mail {
  /** Epoch milliseconds, by the emulator's clock. */
  at: number;
  to: string;
  subject: string;
  text: string;
}

/** All of them, the oldest first. */
export function mails({ emulator: { mailbox } }: Pick<Twin, 'emulator'>): Mail[] {
  if (!existsSync(mailbox)) return [];
  const lines = readFileSync(mailbox, 'utf8').split('\n').slice(0, -1); // the last one may be half written
  return lines.map((line) => JSON.parse(line) as Mail);
}
