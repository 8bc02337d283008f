/**
 * Turns a command into a line to copy and paste: the only place that does. A command is an argument vector with values
 * that an attacker may have chosen; it is printed only when it is one of the {@link COMMANDS} and each value matches the
 * grammar of its place.
 */
import { LINKED_SCHEMES } from '../../kit/link-schemes.ts';
import { type Grammar, INERT_JSON, STDOUT } from './grammar.ts';
import { COMMANDS, type CommandForm, type Effect } from './table.ts';

/** A command line; or why there is none and what to do instead, as a part of a sentence without anybody else's text. */
export type CommandLine = { line: string } | { leftOut: string };

/**
 * - `mail`: clients make links of text, so what could become one gets quotation marks of its own.
 * - `page`: shows text as it is, as a file, a report or a terminal does.
 */
export type Medium = 'mail' | 'page';

/** In characters. A mail's lines are short, as servers on the way may break longer ones. */
const MAX_LINE: Readonly<Record<Medium, number>> = { mail: 1_000, page: 4_000 };
const INSTEAD = 'do it by hand, with the value from the JSON';

/**
 * The command line of an argument vector, quoted for a POSIX shell.
 *
 * @param argv may hold attacker-chosen values
 * @param options.effects what the command may do where it stands; by default it only reads
 */
export function printCommand(
  argv: readonly string[],
  { effects = ['reads'], medium = 'mail' }: { effects?: readonly Effect[]; medium?: Medium } = {},
): CommandLine {
  const form = formOf(argv);
  if (!form || !effects.includes(form.effect))
    return {
      leftOut: `it is not one of the commands that ${effects.length === 1 ? MAY[effects[0] ?? 'reads'] : 'are known here'}`,
    };
  const words = wordsOf(argv, form);
  if ('leftOut' in words) return words;
  const line = words.map((word) => quote(word, medium)).join(' ');
  return line.length > MAX_LINE[medium] ? { leftOut: `it is too long; ${INSTEAD}` } : { line };
}

/** The commands of a proposal, where the text asks for a review, in a medium that shows text as it is. */
export const printProposed = (commands: readonly (readonly string[])[]): CommandLine[] =>
  commands.map((argv) => printCommand(argv, { effects: ['reads', 'changes'], medium: 'page' }));

const MAY: Readonly<Record<Effect, string>> = {
  reads: 'only read',
  changes: 'change something, and are known here',
  costs: 'cost money, and are known here',
};

/** The longest beginnings first, as the most of a command decides. */
const FORMS = COMMANDS.map((form) => ({ form, words: form.start.split(' ') })).sort(
  (a, b) => b.form.start.length - a.form.start.length,
);

/** The form of a command; undefined for a command that is not known. */
const formOf = (argv: readonly string[]): CommandForm | undefined =>
  FORMS.find(({ words }) => words.every((word, index) => argv[index] === word))?.form;

/** A word of a command line, with the grammar of its value. */
interface Word {
  text: string;
  /** Its value ends here: what stands before it is ours, as `--patch=`. */
  value?: { text: string; grammar: Grammar };
}

function wordsOf(argv: readonly string[], { start, values = [], optional = 0, options = {}, flags = [] }: CommandForm) {
  const words: Word[] = start.split(' ').map((text) => ({ text }));
  let next = 0;
  for (let index = words.length; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const [, joined, inOne] = /^(--[a-z-]+)=(.*)$/s.exec(argument) ?? [];
    const option = joined ?? argument;
    if (flags.includes(argument)) words.push({ text: argument });
    else if (Object.hasOwn(options, option)) {
      const grammar = options[option] as Grammar;
      const text = inOne ?? argv[++index];
      if (text === undefined) return leftOut(`${option} has no value`);
      if (!fits(text, grammar)) return leftOut(`the value of ${option} is not ${grammar.what}`);
      if (inOne === undefined) words.push({ text: option });
      words.push({ text: inOne === undefined ? text : argument, value: { text, grammar } });
    } else {
      const grammar = values[next++];
      if (argument.startsWith('-') && argument !== STDOUT)
        return leftOut('a word in it is, or would pass for, an unknown option');
      if (!grammar) return leftOut('it has a word too many');
      if (!fits(argument, grammar)) return leftOut(`a word in it is not ${grammar.what}`);
      words.push({ text: argument, value: { text: argument, grammar } });
    }
  }
  if (next < values.length - optional) return leftOut(`${values[next]?.what} is missing`);
  return words;
}

const fits = (value: string, grammar: Grammar): boolean =>
  (value === STDOUT || !value.startsWith('-')) && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value) && grammar.holds(value);

const leftOut = (why: string): { leftOut: string } => ({ leftOut: `${why}; ${INSTEAD}` });

/**
 * What a mail client could make a link of: dots within names, at-signs, `mailto:`, telephone numbers. Not the paths of
 * fields in our own commands, which nobody takes for host names.
 */
const LINKABLE = new RegExp(
  '\\b(?:metadata\\.creationTimestamp|spec\\.serviceAccountName)\\b|' +
    `(?<=[\\w-])\\.(?=[\\w-])|(?<=www)\\.|@|\\+(?=\\d)|(?<=${LINKED_SCHEMES}):`,
  'gi',
);

function quote({ text, value }: Word, medium: Medium): string {
  const inert = medium === 'page' || value?.grammar.linkless === true;
  return inert ? shellWord(text) : mailWord(text);
}

/** A word needs no quotation marks. One that begins with `=` would be a command's path to zsh. */
const PLAIN = /^[\w@%./:,+-][\w@%./:=,+-]*$/;

/** A word for a POSIX shell, quoted where it needs to be. */
const shellWord = (text: string): string => (PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A word for a POSIX shell as a mail shows it: what could make a link gets quotation marks of its own. */
function mailWord(text: string): string {
  const apart = (part: string, before: string, after: string) =>
    part.replace(LINKABLE, (found) => (found.length > 1 ? found : before + found + after));
  if (PLAIN.test(text) && !text.includes('@')) return apart(text, "'", "'");
  return `'${apart(text.replaceAll("'", `'\\''`), `'"`, `"'`)}'`;
}

/** The input of a playbook on one line, for the Step Functions console. */
export function printInput(input: object): CommandLine {
  const line = JSON.stringify(input);
  return INERT_JSON.holds(line) ? { line } : leftOut('a value in it is unusual');
}
