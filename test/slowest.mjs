/** Names the ten slowest files, and writes down how long a run of all took, for `npm run bench`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const SHOWN = 10;

export default class Slowest {
  #root;
  #name;
  #isWhole;

  /** @param options.name of the suite: the record is `reports/NAME-time.json` */
  constructor({ rootDir, nonFlagArgs, testNamePattern, onlyChanged }, { name }) {
    this.#root = rootDir;
    this.#name = name;
    this.#isWhole = nonFlagArgs.length === 0 && !testNamePattern && !onlyChanged;
  }

  onRunComplete(_, { startTime, testResults, numTotalTests }) {
    // Of a few files there is nothing to be found out.
    if (testResults.length <= SHOWN) return;
    const slowest = testResults
      .map(({ testFilePath, perfStats }) => ({
        file: relative(this.#root, testFilePath),
        seconds: (perfStats.end - perfStats.start) / 1_000,
      }))
      .sort((a, b) => b.seconds - a.seconds)
      .slice(0, SHOWN);
    process.stderr.write(
      `\nThe slowest of ${testResults.length} files:\n${slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}\n`).join('')}`,
    );
    if (!this.#isWhole) return;
    const record = {
      seconds: (Date.now() - startTime) / 1_000,
      files: testResults.length,
      tests: numTotalTests,
      slowest,
    };
    mkdirSync(join(this.#root, 'reports'), { recursive: true });
    writeFileSync(join(this.#root, 'reports', `${this.#name}-time.json`), `${JSON.stringify(record, undefined, 2)}\n`);
  }
}
