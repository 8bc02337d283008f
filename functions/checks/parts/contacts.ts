/** Who is named to be asked, in labels and annotations. */
import type { Written } from '../../contract/read.ts';
import * as field from '../../contract/read.ts';
import { plain } from './plain-line.ts';

/** What labels and annotations that name somebody end in; before it, whatever prefix an organisation uses. */
const OWNER_KEY =
  /(?:^|[/._-])(?:owner|owners|team|contact|contacts|email|maintainer|maintainers|squad|slack|slack-channel)$/i;

export const contactSchema = field.object({ contact: field.text, why: field.text });
/** Somebody to ask, and why. */
export type Contact = Written<typeof contactSchema>;

interface Marked {
  labels?: Record<string, string> | undefined;
  annotations?: Record<string, string> | undefined;
}

/** @param of what carries them, as `the Application` */
export function contactsIn(
  { labels = {}, annotations = {} }: Marked,
  of: string,
  also: readonly string[] = [],
): Contact[] {
  const named = (kind: string, marks: Record<string, string>) =>
    Object.entries(marks)
      .filter(([key, value]) => value !== '' && (OWNER_KEY.test(key) || also.includes(key)))
      .map(([key, value]) => ({ contact: plain(value, 100), why: `the ${kind} ${plain(key, 100)} of ${of}` }));
  return [...named('label', labels), ...named('annotation', annotations)];
}
