/** What `sentinel demo` writes for its most serious finding, of several the one that was contained: reports and mails. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { alertSchema } from '../../functions/contract/alert.ts';
import { gradeOf } from '../../functions/contract/grade.ts';
import { readJson } from '../../functions/contract/read.ts';
import { GRADES } from '../../functions/contract/vocabulary.ts';

export interface DemoFiles {
  /** HTML of the newest report about the finding. */
  report: string;
  /** The mail about the same: `Subject: …`, an empty line, and the text. */
  mail: string;
  /** HTML of the report about a namespace that was contained, else of the last playbook; absent where the demo ran none. */
  containment?: string;
}

/** @throws when the folder holds no alert */
export async function demoFiles(folder: string): Promise<DemoFiles> {
  const files = (await readdir(folder, { recursive: true })).sort();
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const alerts = await Promise.all(
    files
      .filter((file) => file.endsWith('alert.json'))
      .map(async (file) => ({ file, alert: readJson(alertSchema, await read(file), file) })),
  );
  const ends = files.filter((file) => /\/containment\/[^/]*\.html$/.test(file));
  const isContained = (finding: string): boolean => ends.some((file) => file.includes(finding));
  const [worst] = alerts.sort(
    (a, b) =>
      GRADES.indexOf(gradeOf(b.alert)) - GRADES.indexOf(gradeOf(a.alert)) ||
      (b.alert.assessment?.score ?? 0) - (a.alert.assessment?.score ?? 0) ||
      Number(isContained(b.alert.id)) - Number(isContained(a.alert.id)) ||
      (b.alert.update?.look ?? 0) - (a.alert.update?.look ?? 0),
  );
  if (worst === undefined) throw new Error(`no alert.json in ${folder}`);
  const id = worst.alert.id.slice(0, 16);
  const mails = await Promise.all(files.filter((file) => file.endsWith('-email.txt')).map(read));
  const about = mails.filter((text) => isAlert(text) && text.split('\n', 1)[0]?.includes(id));
  // The last one is about the newest look.
  const mail = (worst.alert.update ? about.at(-1) : about[0]) ?? '';
  const reports = await Promise.all(ends.filter((file) => file.includes(worst.alert.id)).map(read));
  const containment = reports.find((report) => report.includes('>CONTAINED<')) ?? reports.at(-1);
  return {
    report: await read(join(dirname(worst.file), 'report.html')),
    mail,
    ...(containment === undefined ? {} : { containment }),
  };
}

/** Of alerts and their updates; the mails of playbooks begin with how these ended. */
const isAlert = (mail: string): boolean => GRADES.some((grade) => mail.startsWith(`Subject: ${grade}`));
