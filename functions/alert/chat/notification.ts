/** The parts of a chat message: a custom notification of Amazon Q Developer, within the limits of its fields. */
import type { AdviceStep } from '../step.ts';
import { beforeHalfWord, harmless } from '../text.ts';

/** The schema: `content.description` is required, and `version` and `source` are constants. */
export interface Notification {
  version: '1.0';
  source: 'custom';
  content: { textType: 'client-markdown'; title: string; description: string; nextSteps: string[]; keywords: string[] };
  metadata: {
    /** Messages of one thread show together: all about a finding. */
    threadId: string;
    summary: string;
    eventType: string;
    relatedResources: string[];
    additionalContext: Record<string, string>;
  };
}

/** Characters. Slack's own limits (header 150, text of a section 3,000) are below Amazon Q's. */
export const MAX = {
  title: 150,
  description: 2_800,
  command: 800,
  /** Of a sentence that has a short form. */
  sentence: 160,
  reasons: 5,
  unknowns: 4,
  open: 5,
  proofs: 4,
  rows: 8,
  objects: 15,
};

/** The text, and the first command that does more than connect, where it is short enough. */
export function nextStep({ text, commands = [] }: AdviceStep): string {
  const line = commands
    .flatMap((command) => ('line' in command ? [command.line] : []))
    .find((line) => !line.startsWith('aws eks update-kubeconfig '));
  if (line !== undefined && line.length <= MAX.command) return `${text} \`${line}\``;
  return commands.length > 0 ? `${text.replace(/[:.]$/, '')}: the mail and the report have what to paste.` : text;
}

/** Characters of a sentence. */
const LONG = 300;

interface Words {
  title: string;
  lines: string[];
  nextSteps: string[];
}
interface About {
  eventType: string;
  threadId: string;
  keywords: (string | undefined)[];
  relatedResources: string[];
  context: Record<string, string | undefined>;
}

/** The notification, within the limits of its fields. */
export function within(
  { title: whole, lines, nextSteps }: Words,
  { eventType, threadId, keywords, relatedResources, context }: About,
): Notification {
  const title = whole.slice(0, MAX.title);
  return {
    version: '1.0',
    source: 'custom',
    content: {
      textType: 'client-markdown',
      title,
      description: shortened(lines, MAX.description).join('\n'),
      nextSteps,
      keywords: keywords.filter((word) => word !== undefined),
    },
    metadata: { threadId, summary: title, eventType, relatedResources, additionalContext: known(context) },
  };
}

/** The first lines, as many as fit, and a sign if some are missing. */
function shortened(lines: string[], characters: number): string[] {
  let left = characters - 2;
  const cut = lines.findIndex((line) => {
    left -= line.length + 1;
    return left < 0;
  });
  return cut < 0 ? lines : [...lines.slice(0, cut), '…'];
}

/**
 * Somebody else's text as code, where chat shows formatting as it is. Mentions (`<!channel>`, `<@U1>`, `@here`), links
 * and the end of the code all need characters that it cannot hold.
 */
export const code = (text: string): string => inCode(harmless(text));

/** A sentence that is harmless already; only one that has no short form may be cut. */
export const sentence = (text: string): string =>
  inCode(text.length <= LONG ? text : `${beforeHalfWord(text.slice(0, LONG))} ...`);

/** The same of its first characters, so many at most. */
export const shortCode = (text: string, max: number): string => inCode(harmless(text, max));

const inCode = (text: string): string =>
  `\`${text.replace(/[<>&`*~|#!]/g, (character) => REPLACEMENTS[character] ?? ' ')}\``;

const REPLACEMENTS: Record<string, string> = { '<': '{', '>': '}', '&': '+', '`': "'", '#': 'no. ', '|': '/' };

const known = (values: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
