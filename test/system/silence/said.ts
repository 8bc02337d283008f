/** What the health topic was told, and by whom. */
import { type Mail, mails } from '../../../tools/twin/mailbox.ts';
import type { Twin } from '../../../tools/twin/twin.ts';

export interface Said {
  /** Epoch milliseconds. */
  at: number;
  /** What it is about: links of the chain (`filter`), `key`, or an alarm (`alarm:twin-silent`). */
  about: string[];
  subject: string;
}

/** Ids of alarms, as they stand in the names that CloudFormation makes. */
const ALARMS = ['watch-silent', 'twin-silent'];

function aboutOf({ subject, text }: Mail): string[] {
  if (subject.startsWith('ALARM: "'))
    return ALARMS.filter((id) => subject.includes(id.replaceAll('-', ''))).map((id) => `alarm:${id}`);
  if (subject.includes('the key is disabled')) return ['key'];
  return [...text.matchAll(/\(link ([a-z-]+)\)$/gm)].map(([, link = '']) => link);
}

/** @param since epoch milliseconds */
export const saidSince = (twin: Twin, since: number): Said[] =>
  mails(twin)
    .filter(({ at, to }) => at >= since && to === HEALTH)
    .map((mail) => ({ at: mail.at, about: aboutOf(mail), subject: mail.subject }));

export const HEALTH = 'health@example.com';
