/** What the template draws: every text within its limits and harmless to read. */

import { printCommand } from '../../contract/commands/print.ts';
import type { Block, Cell } from '../../kit/blocks.ts';
import { defined } from '../../kit/defined.ts';
import { type Phrase, type PhrasePart, withPlainTimes } from '../../kit/phrase.ts';
import type { AdviceStep } from '../step.ts';

/** How much of the evidence is shown; what is longer is cut and says so. */
export interface ReportLimits {
  /** Characters of a value. */
  text: number;
  /** Characters of a check's sentence. */
  sentence: number;
  /** Rows of a table, and lines of a text. */
  rows: number;
}

/** A piece of a sentence; `code` where it is somebody else's value. */
export interface ReportPiece {
  code: boolean;
  text: string;
}
/** Sentences, one below the other. */
export type CellView = ReportPiece[][];

export type BlockView =
  | { kind: 'facts'; facts: { label: string; cell: CellView }[] }
  | { kind: 'table'; title: string; columns: string[]; rows: CellView[][]; left: number }
  | { kind: 'text'; title: string; note: string; lines: string[]; left: number };

export interface StepView {
  text: string;
  lines: string[];
  notes: string[];
  link?: string;
}

export class View {
  readonly #limits: ReportLimits;

  constructor(limits: ReportLimits) {
    this.#limits = limits;
  }

  phrase(phrase: Phrase): ReportPiece[] {
    return phrase.map((part) => this.#piece(part));
  }

  cell(cell: Cell): CellView {
    return isPhrase(cell) ? [this.phrase(cell)] : cell.slice(0, this.#limits.rows).map((phrase) => this.phrase(phrase));
  }

  /** Nothing where all that it holds is left out. */
  block(block: Block): BlockView[] {
    switch (block.kind) {
      case 'facts':
        return [{ kind: 'facts', facts: block.facts.map(([label, cell]) => ({ label, cell: this.cell(cell) })) }];
      case 'table':
        return [this.#table(block)];
      case 'text':
        return [this.#text(block)];
      case 'commands': {
        const lines = block.commands.flatMap((argv) => {
          const command = printCommand(argv, { effects: ['costs'], medium: 'page' });
          return 'line' in command ? [command.line] : [];
        });
        return lines.length > 0 ? [this.#text({ ...block, kind: 'text', lines })] : [];
      }
    }
  }

  #text({ title, note, lines: all }: Extract<Block, { kind: 'text' }>): BlockView {
    const lines = all.slice(0, this.#limits.rows).map((line) => cut(line, this.#limits.text * 4));
    return { kind: 'text', title, note, lines, left: all.length - lines.length };
  }

  #table({ title, columns, rows, total }: Extract<Block, { kind: 'table' }>): BlockView {
    const shown = rows.slice(0, this.#limits.rows);
    const cells = shown.map((row) => row.map((cell) => this.cell(cell)));
    return { kind: 'table', title, columns: [...columns], rows: cells, left: total - shown.length };
  }

  sentence = (text: string): string => cut(withPlainTimes(text), this.#limits.sentence);

  #piece(part: PhrasePart): ReportPiece {
    if (typeof part === 'string') return { code: false, text: part };
    if ('told' in part) return { code: false, text: this.sentence(part.told) };
    return { code: true, text: part.other === '' ? '(empty)' : cut(part.other, this.#limits.text) };
  }
}

export const stepView = ({ text, commands = [], link }: AdviceStep): StepView => ({
  text,
  lines: commands.flatMap((command) => ('line' in command ? [command.line] : [])),
  notes: commands.flatMap((command) =>
    'leftOut' in command ? [`A command is left out here: ${command.leftOut}.`] : [],
  ),
  ...defined({ link }),
});

const isPhrase = (cell: Cell): cell is Phrase => cell.length === 0 || !Array.isArray(cell[0]);

/** Whole characters; says how long it was. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max).toWellFormed()}… (beginning of ${text.length} characters)`;
}
