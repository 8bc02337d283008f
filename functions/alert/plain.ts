/** Sentences for plain text, as the mail has them. The vocabulary is the kit's. */
import type { Phrase } from '../kit/phrase.ts';
import { ARN, SYSTEM_NAME } from './grammar.ts';
import { defanged, harmless, quoted } from './text.ts';

/** For plain text: other people's text in quotation marks. */
export function plain(phrase: Phrase): string {
  return phrase
    .map((part) => {
      if (typeof part === 'string') return part;
      if ('told' in part) return harmless(part.told, 400);
      return isIdentity(part.other) ? defanged(part.other) : quoted(part.other, 120);
    })
    .join('');
}

const isIdentity = (text: string): boolean => ARN.test(text) || SYSTEM_NAME.test(text);
