import type { InputForm } from '../input.ts';
import { itemsOf } from '../pieces.ts';

/** Audit events as a formatter prints them, over several lines each (`jq . audit.log`). */
export const auditDocuments: InputForm = {
  name: 'audit events as JSON documents',
  vague: true,
  matches: ({ text, keys }) => keys.size > 0 && /^\s*\{\s*\n/.test(text),
  read: (chunks, origin) => itemsOf(chunks, origin, {}, ({ text }) => [{ text, cluster: origin.cluster }]),
};
