/**
 * A reason in few characters, and still in whole sentences: names in their short form, then fewer of what is listed,
 * then without what stands in parentheses, then its first clause alone. Nothing is cut in the middle of a word or a clause but
 * a value that is longer than the room.
 */
import type { Actor } from '../contract/finding.ts';
import { serviceAccountOf } from '../kubernetes/names/kubernetes.ts';
import { beforeHalfWord, harmless } from './text.ts';

/** The longest text that is taken apart. */
const MAX_TEXT = 2_000;

/** Nothing is cut in the middle that has no more characters than this. */
const WHOLE = 150;

/**
 * The first of its forms that is no longer than wanted; where none is, the shortest.
 *
 * @param max characters that are wanted
 * @param actor of the finding
 */
export function brief(text: string, max: number, actor: Actor): string {
  const forms = formsOf(text.slice(0, MAX_TEXT), actor).map((form) => harmless(form, MAX_TEXT * 6));
  const [shortest = ''] = forms.toSorted((a, b) => a.length - b.length);
  return (
    forms.find(({ length }) => length <= max) ?? (shortest.length <= WHOLE ? shortest : shortenedTo(shortest, max))
  );
}

/** Its text is harmless already: what was made of marks stays as it is. */
const shortenedTo = (text: string, max: number): string => `${beforeHalfWord(text.slice(0, Math.min(max, WHOLE)))} ...`;

/**
 * What is shown of an answer, from the least to all of it: its first clause in its shortest form, then clause by clause.
 *
 * @param text harmless already; a quotation in it is never cut
 */
export function clausesOf(text: string): string[] {
  const ends = outsideQuotes(text, /\.(?= [A-Z])|;(?= )/g);
  const forms = [...ends.map((end) => `${text.slice(0, end)}.`), text];
  const [least = ''] = formsOf(forms[0] ?? '', {}).toSorted((a, b) => a.length - b.length);
  return [...new Set([least, ...forms])];
}

/** Where the mark is found, but in quotations. */
function outsideQuotes(text: string, mark: RegExp): number[] {
  let [isQuoted, read] = [false, 0];
  return [...text.matchAll(mark)].flatMap(({ index }) => {
    for (const character of text.slice(read, index)) if (character === '"') isQuoted = !isQuoted;
    read = index;
    return isQuoted ? [] : [index];
  });
}

/** The longest first, each of them a whole sentence. */
function formsOf(text: string, actor: Pick<Actor, 'principalArn' | 'username'>): string[] {
  const named = withShortNames(text, actor);
  const bare = withoutParentheses(named);
  return [named, withItems(named, 2), withItems(named, 1), bare, withItems(bare, 2), withItems(bare, 1)].concat(
    firstClause(withItems(bare, 1)),
  );
}

/** The longest name of a role or user that IAM knows is 64 characters, and its path 512. */
const PRINCIPAL =
  /\barn:aws[a-z-]{0,10}:(?:iam|sts)::\d{12}:(role|user|assumed-role)\/(?:[\w+=,.@-]{1,128}\/){0,8}?([\w+=,.@-]{1,64})(?![\w+=,.@/-])/g;
const SERVICE_ACCOUNT = /\bsystem:serviceaccount:[a-z0-9-]{1,63}:[a-z0-9.-]{1,253}[a-z0-9]/g;

/** Who it was by the name alone; the creator of the namespace as that. */
function withShortNames(text: string, { principalArn, username }: Pick<Actor, 'principalArn' | 'username'>): string {
  const isCreator = (name: string): boolean => name === principalArn || name === username;
  return text
    .replace(/^\d+ changes? since \S+, \d+ about the creator or the namespace; the most relevant: /, 'Rights changed: ')
    .replace(/; (\S{1,700}) wrote it (.{1,60} the request)/, ', written by $1 $2')
    .replace(/ by (\S{1,700}?)(?=[ ,;]|\.$)/g, (whole, name: string) => (isCreator(name) ? ' by the creator' : whole))
    .replace(PRINCIPAL, (_, kind: string, name: string) => `${kind === 'user' ? 'user' : 'role'} ${name}`)
    .replace(SERVICE_ACCOUNT, (name) => {
      const account = serviceAccountOf(name);
      return account ? `ServiceAccount ${account.namespace}/${account.name}` : name;
    });
}

/** Innermost first, so that those within others go as well. */
function withoutParentheses(text: string): string {
  let [before, after] = ['', text];
  for (let depth = 0; depth < 5 && before !== after; depth++) {
    before = after;
    after = before.replace(/ ?\([^()"]*\)/g, '');
  }
  return after;
}

/** `Found: a and 4 more.` of `Found: a, b, c and 2 more.`; other sentences as they are. */
function withItems(text: string, most: number): string {
  const lead = text.indexOf(': ');
  if (lead < 0 || text.includes('"') || /; |, or /.test(text.slice(lead))) return text;
  const items = outsideParentheses(text.slice(lead + 2).replace(/\.$/, ''), /, | and /g);
  const last = /^(\d+) more$/.exec(items.at(-1) ?? '');
  const named = last ? items.slice(0, -1) : items;
  if (named.length <= most) return text;
  const more = named.length - most + Number(last?.[1] ?? 0);
  return `${text.slice(0, lead)}: ${named.slice(0, most).join(', ')} and ${more} more.`;
}

function outsideParentheses(text: string, mark: RegExp): string[] {
  const parts: string[] = [];
  let [start, depth, read] = [0, 0, 0];
  for (const { 0: found, index } of text.matchAll(mark)) {
    for (const character of text.slice(read, index)) depth += character === '(' ? 1 : character === ')' ? -1 : 0;
    read = index;
    if (depth > 0) continue;
    parts.push(text.slice(start, index));
    start = index + found.length;
  }
  return [...parts, text.slice(start)];
}

/** What stands before the first mark that ends a clause. */
const firstClause = (text: string): string => {
  const [end] = outsideQuotes(text, /\. |; |, (?:which|written|and|less)\b/g);
  return end === undefined ? text : `${text.slice(0, end)}.`;
};
