import { partsOf } from '../../input/file-parts.ts';
import { InputError } from '../../input/input.ts';
import { harmlessInTerminal } from '../harmless.ts';
import { EXIT, type ExitCode } from '../io.ts';
import type { ReplayInput } from './inputs.ts';
import { noteError, Problems } from './problems.ts';
import type { FileEnd, Listener } from './read-file.ts';

/** The same inputs, with long files in parts where these can be read side by side. */
export async function inParts(inputs: readonly ReplayInput[]): Promise<ReplayInput[]> {
  const all: ReplayInput[] = [];
  for (const input of inputs) {
    const parts = input.isFile && input.bytes !== undefined ? await partsOf(input.name, input.bytes) : undefined;
    all.push(...(parts?.map((part) => ({ ...input, part })) ?? [input]));
  }
  return all;
}

/** What the parts of a file come to, in their order. */
export class FileOfParts {
  readonly #name: string;
  readonly #listener: Listener;
  readonly #problems: Problems;
  #lines = 0;
  #code: ExitCode = EXIT.done;

  constructor(name: string, listener: Listener) {
    this.#name = name;
    this.#listener = listener;
    this.#problems = new Problems(harmlessInTerminal(name), (line) => listener.note(line));
  }

  add({ code, part }: FileEnd): void {
    if (code === EXIT.wrong) this.#code = code;
    if (!part) return;
    this.#problems.addPart(part.problems, this.#lines);
    this.#lines += part.lines;
  }

  end(): FileEnd {
    const { count } = this.#problems;
    try {
      if (this.#code === EXIT.wrong) this.#problems.tellRest();
      else this.#problems.end();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      noteError(new InputError(`${harmlessInTerminal(this.#name)}: ${error.message}`), this.#listener);
      return { code: EXIT.wrong, problems: 0 };
    }
    if (this.#code === EXIT.wrong) return { code: EXIT.wrong, problems: 0 };
    return { code: count > 0 ? EXIT.attention : EXIT.done, problems: count };
  }
}
