import { appendFile, readFile } from 'node:fs/promises';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { parseJson, record, text } from '../../../functions/kit/json.ts';
import { InputError } from '../../input/input.ts';
import type { ReplayInput } from './inputs.ts';

const FORM = 'namespace-sentinel replay 1';

/**
 * The objects that were read to their ends, and all of whose findings were printed: a line of JSON for each in a file. A run that
 * has broken off goes on behind them. What was under way is read again, so that its findings may be printed twice, with the same ids.
 */
export class ReplayState {
  readonly #file: string;
  readonly #done: Set<string>;

  private constructor(file: string, done: Set<string>) {
    this.#file = file;
    this.#done = done;
  }

  /**
   * @param cluster what the user says of the cluster: findings of a run for another one have other ids
   * @throws {InputError} where the file is something else, or of another cluster; what the system says where it cannot be written
   */
  static async open(file: string, cluster: Cluster): Promise<ReplayState> {
    const head = { form: FORM, cluster };
    const written = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    if (written === '') await appendFile(file, line(head));
    // The last line may have been cut off with the run.
    const [first = line(head).trimEnd(), ...lines] = written === '' ? [] : written.split('\n');
    if (record(parseJson(first))['form'] !== FORM)
      throw new InputError(`${file} is not a state of "sentinel replay": name another file with --state`);
    if (`${first}\n` !== line(head))
      throw new InputError(`${file} is the state of a run for another cluster: name another file with --state`);
    if (written !== '' && !written.endsWith('\n')) await appendFile(file, '\n');
    const done = lines.flatMap((each) => {
      const { name, etag } = record(parseJson(each));
      return text(name) !== undefined && text(etag) !== undefined ? [keyOf(String(name), String(etag))] : [];
    });
    return new ReplayState(file, new Set(done));
  }

  isDone({ name, etag }: ReplayInput): boolean {
    return etag !== undefined && this.#done.has(keyOf(name, etag));
  }

  /** Only of an object whose findings are all printed. */
  async add({ name, etag }: ReplayInput): Promise<void> {
    if (etag !== undefined) await appendFile(this.#file, line({ name, etag }));
  }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
const keyOf = (name: string, etag: string): string => JSON.stringify([name, etag]);
