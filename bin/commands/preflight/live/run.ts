import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { SentinelConfig } from '../../../../lib/config/config-schema.ts';
import manifest from '../../../../package.json' with { type: 'json' };
import { checkFile } from '../../files.ts';
import { harmlessJson } from '../../harmless.ts';
import { EXIT, type ExitCode } from '../../io.ts';
import type { Task } from '../../task.ts';
import { askLive, type LiveAnswer } from './ask.ts';
import { CLAIMS } from './claims.ts';
import { Mask } from './mask.ts';
import { isLiveWell, liveText } from './report.ts';

export interface LiveOptions {
  json?: boolean | undefined;
  /** Where the report goes. */
  report?: string | undefined;
  /** Whether the report keeps names and ids as they are. */
  withNames?: boolean | undefined;
  /** How far back logs and events are read. */
  hours: number;
}

/**
 * Asks, prints what was seen, and writes the report.
 *
 * @returns the exit code
 * @throws {InputError} when the report cannot be written
 * @throws as {@link askLive}
 */
export async function preflightLive(
  config: SentinelConfig,
  file: string,
  { json, report, withNames, hours }: LiveOptions,
  task: Task,
): Promise<ExitCode> {
  const files = report === undefined ? [] : [report, besideOf(report)];
  for (const each of files) await checkFile(each, '--report');
  const answer = await askLive(config, file, hours, task);
  await task.print(json ? `${harmlessJson({ answers: answer.rows })}\n` : liveText(answer));
  const [asJson, asText] = files;
  if (asJson !== undefined && asText !== undefined) {
    const told = withNames ? answer : new Mask(config).answer(answer);
    await writeFile(asJson, `${JSON.stringify(contentOf(told, hours), undefined, 2)}\n`);
    await writeFile(asText, liveText(told));
    task.note(`The report is in ${asJson}, and as text in ${asText}${withNames ? '' : '; names and ids are masked'}.`);
  }
  return isLiveWell(answer.rows) ? EXIT.done : EXIT.attention;
}

/** `live.json` and `live.txt`; behind another name `.txt` is added. */
const besideOf = (file: string): string =>
  extname(file) === '.txt' ? `${file}.txt` : `${file.slice(0, file.length - extname(file).length)}.txt`;

const contentOf = ({ account, region, partition, rows }: LiveAnswer, hours: number) => ({
  schemaVersion: 1,
  product: `namespace-sentinel ${manifest.version}`,
  at: new Date().toISOString(),
  account,
  partition,
  region,
  hours,
  answers: rows,
  notAsked: CLAIMS.filter(({ shownBy }) => !('probe' in shownBy)).map(({ id }) => id),
});
