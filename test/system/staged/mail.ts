/** Reads an alert's mail as a person does: by its headings and labels. */
import type { Received } from '../../../tools/twin/alerts.ts';
import { type Mail, mails } from '../../../tools/twin/mailbox.ts';
import type { Twin } from '../../../tools/twin/twin.ts';

/**
 * The mail that went out with an alert, or with an update of it.
 *
 * @throws when there is none, or more than one
 */
export async function mailOf(twin: Twin, { alert }: Received): Promise<Mail> {
  const isUpdate = alert.update !== undefined;
  const about = () =>
    mails(twin).filter(
      ({ text, subject }) =>
        says(text, `Finding ${alert.id}`) && /\((?:.*; )?(?:was [A-Z]+|update)\)/.test(subject) === isUpdate,
    );
  // the queue has it a moment before the mailbox
  await twin.processes.until(async () => about().length > 0, { what: `the mail about ${alert.id} is there` });
  const [mail, ...more] = about();
  if (!mail || more.length > 0) throw new Error(`${more.length + 1} mails about ${alert.id}`);
  return mail;
}

/** What a mail says under each of its headings, by the heading in capitals. */
export function sectionsOf(text: string): Map<string, string> {
  const [, ...parts] = text.split(/^=== (.+) ===$/m);
  return new Map(parts.flatMap((title, at) => (at % 2 === 0 ? [[title, parts[at + 1] ?? ''] as const] : [])));
}

/** The named values of a section: labels begin in the third column, values in the sixteenth. */
export function fieldsOf(section: string): Map<string, string> {
  const fields = new Map<string, string>();
  let label = '';
  for (const line of section.split('\n')) {
    const [, begins, value] = /^ {2}(.{13})(.*)$/.exec(line) ?? [];
    if (begins === undefined || value === undefined) continue;
    if (begins.trim() !== '') label = begins.trim();
    fields.set(label, `${fields.get(label) ?? ''} ${value}`.trim());
  }
  return fields;
}

/** Whether a text of a mail holds a value, however its lines were wrapped and its links were disarmed. */
export const says = (text: string | undefined, value: string): boolean =>
  text !== undefined && bare(text).includes(bare(value));

const bare = (text: string): string =>
  text
    .replace(/\[([.@:+\\])\]/g, '$1')
    .replace(/hxxp/g, 'http')
    .replace(/\s+/g, '');
