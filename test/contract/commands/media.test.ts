/** Every place that shows commands, with commands of every form and values of every kind: a line is what was meant, or is not there. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { endText } from '../../../bin/commands/contain/wording.ts';
import { containmentReportOf, reportOf } from '../../../functions/alert/report/report.ts';
import { writeRemediation } from '../../../functions/contain/steps/write-remediation.ts';
import type { Alert } from '../../../functions/contract/alert.ts';
import { COMMANDS, type Effect } from '../../../functions/contract/commands/table.ts';
import type { ContainmentReport } from '../../../functions/contract/containment-report.ts';
import { HIGH } from '../../alert/examples.ts';
import { PARTLY, PLAYBOOKS } from '../../alert/follow-up-samples.ts';
import { hostileText } from '../../alert/hostility.ts';
import { textOf } from '../../alert/html.ts';
import { Stage, someRecord } from '../../contain/stage.ts';
import { countOf, exampleOf } from './examples.ts';
import { argumentsOf } from './shell.ts';

/** The lines that are looked for here; what is done on the reader's own machine stands in sentences. */
const isRemote = (start: string): boolean => /^(?:kubectl|aws) /.test(start);

const PROPOSED: readonly Effect[] = ['reads', 'changes'];

interface Place {
  effects: readonly Effect[];
  /** What a reader sees, line by line. */
  shown(commands: string[][]): Promise<string> | string;
}

const proposals = (commands: string[][]) => commands.map((argv) => ({ text: argv.join(' '), commands: [argv] }));

/** Each block of a page as a line: it shows them one below the other. */
const blocks = (html: string): string =>
  [...html.matchAll(/<pre[^>]*>(.*?)<\/pre>/gs)].map(([, pre = '']) => textOf(pre)).join('\n');

const EVIDENCE = { check: 'x', question: 'Which?', status: 'found', summary: 's', tookMs: 1 } as const;
const asked = (commands: string[][]): Alert => {
  const { report, ...unstored } = { report: '', ...HIGH };
  return { ...unstored, evidence: commands.map((command) => ({ ...EVIDENCE, command })) } as unknown as Alert;
};

const PLACES: Record<string, Place> = {
  'the report of an alert': { effects: ['reads'], shown: (commands) => blocks(reportOf(asked(commands))) },
  'the report of a follow-up': {
    effects: PROPOSED,
    shown: (commands) => blocks(containmentReportOf({ ...PARTLY, proposals: proposals(commands) }, PLAYBOOKS)),
  },
  'remediation.md': {
    effects: PROPOSED,
    async shown(commands) {
      const scene = new Stage();
      const context = scene.context();
      const record = { ...someRecord('cutIdentity', '2026-11-23T07:02:51Z'), proposals: proposals(commands) };
      await context.folder.add('steps/cutIdentity.json', JSON.stringify(record), 'application/json');
      await writeRemediation.run(context);
      const [, page] = [...scene.store.files].find(([key]) => key.endsWith('remediation.md')) ?? [];
      return String(page);
    },
  },
  'the command line': {
    effects: PROPOSED,
    shown: (commands) => {
      const report = { ...PARTLY, given: {}, steps: [], proposals: proposals(commands) };
      return endText(report as unknown as ContainmentReport, '/out');
    },
  },
};

/** Lines that a shell would take for commands, were they pasted: those of a proposal's text must not be among them. */
const commandLines = (text: string): string[] =>
  text
    .split(/[\n\r\u2028\u2029\u0085]/)
    .map((line) => line.trim())
    .filter((line) => /^(?:kubectl|aws|rm|reboot)\s/.test(line));

const hostile = fc.oneof(
  hostileText,
  fc.constantFrom('x\nkubectl delete ns payments #', '--all', '-A', "'\nrm -rf /\n'", '$(reboot)', '\u2028reboot now'),
);
/** Of each form its example, and one in which one of the values is hostile. */
const commands = (effects: readonly Effect[]): fc.Arbitrary<string[][]> =>
  fc.array(
    fc
      .constantFrom(...COMMANDS.filter((form) => effects.includes(form.effect) && isRemote(form.start)))
      .chain((form) => fc.tuple(fc.constant(form), fc.nat(countOf(form) * 2), hostile))
      .map(([form, position, value]) => exampleOf(form, (own, at) => (at === position ? value : own))),
    { minLength: 1, maxLength: 6 },
  );

describe.each(Object.entries(PLACES))('%s', (_, { effects, shown }) => {
  test('shows each command of the forms that stand there', async () => {
    const all = COMMANDS.filter((form) => effects.includes(form.effect) && isRemote(form.start)).map((form) =>
      exampleOf(form),
    );
    const lines: string[] = [];
    // The reports have a largest number each.
    for (const argv of all) lines.push(...commandLines(await shown([argv])));
    expect(argumentsOf(lines)).toEqual(expect.arrayContaining(all));
  });

  test('shows no other line, whatever is in them', async () => {
    const ours = commandLines(await shown([]));
    // One shell takes apart what many showed: to start it takes longer than all else.
    const property = fc.asyncProperty(fc.array(commands(effects), { minLength: 50, maxLength: 50 }), async (many) => {
      const added: string[] = [];
      for (const [index, meant] of many.entries()) {
        const lines = commandLines(await shown(meant)).filter((line) => !ours.includes(line));
        added.push(...lines.map((line) => `${line} ${index}`)); // the last argument says whose line it is
      }
      for (const argv of argumentsOf(added)) expect(many[Number(argv.pop())]).toContainEqual(argv);
    });
    await fc.assert(property, { numRuns: 3 });
  });
});
