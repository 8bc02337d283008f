import { stringify } from 'yaml';
import { printProposed } from '../../contract/commands/print.ts';
import type { Proposal } from '../../contract/containment.ts';
import { CONTAIN_STEPS, type ContainStepKey } from '../../contract/playbook-steps.ts';
import { counted, messageOf } from '../../kit/words.ts';
import { factsOf } from '../framework/containment-facts.ts';
import { ALERT_NEEDS, allNeeds, RECORD_NEEDS } from '../framework/needs.ts';
import { byUrgency, rankOf, withAims } from '../framework/proposal-order.ts';
import type { AnyStep, StepContext, StepOutcome } from '../framework/step.ts';
import { REMEDIES } from '../remedies/index.ts';

/** The proposals of a remedy, or of an earlier step. */
interface Chapter {
  name: string;
  proposals: Proposal[];
}

/** That of its most urgent proposal. */
const urgencyOf = ({ proposals }: Chapter): number => Math.min(...proposals.map(rankOf));

/**
 * Writes down what a person should do so that it does not happen again: manifests and commands made from what was found
 * here, to be reviewed before use. Changes nothing.
 */
export const writeRemediation: AnyStep = {
  key: 'writeRemediation',
  needs: allNeeds(ALERT_NEEDS, RECORD_NEEDS, ...REMEDIES.map(({ needs = {} }) => needs)),
  run,
};

async function run(context: StepContext): Promise<StepOutcome> {
  const facts = await factsOf(context);
  const chapters: Chapter[] = [];
  const open: string[] = [];
  for (const { name, aim, propose } of REMEDIES) {
    try {
      const proposals = (await propose(facts)).map((proposal) => ({ aim, ...proposal }));
      if (proposals.length > 0) chapters.push({ name, proposals });
    } catch (error) {
      context.signal.throwIfAborted();
      open.push(`No proposals about ${name}: ${messageOf(error)}`);
    }
  }
  const earlier = await proposalsOf(context);
  const proposals = chapters.flatMap((chapter) => chapter.proposals);
  const body = page([...earlier, ...chapters].toSorted((a, b) => urgencyOf(a) - urgencyOf(b)));
  const files = [await context.folder.add('remediation.md', body, 'text/markdown; charset=utf-8')];
  return {
    status: 'done',
    summary: `${counted(proposals.length, 'proposal')} in ${counted(chapters.length, 'chapter')}, to review before use.`,
    open,
    proposals,
    files,
  };
}

/** What earlier steps of this run have left to a person. */
async function proposalsOf({ folder }: StepContext): Promise<Chapter[]> {
  const steps = Object.keys(CONTAIN_STEPS) as ContainStepKey[];
  const earlier = steps.slice(0, steps.indexOf('writeRemediation'));
  const records = await Promise.all(earlier.map((step) => folder.record(step)));
  return earlier.flatMap((step, index) => {
    const proposals = byUrgency(withAims(step, records[index]?.proposals ?? []));
    return proposals.length > 0 ? [{ name: CONTAIN_STEPS[step], proposals }] : [];
  });
}

/** The manifest as YAML in which each text stays on one line, whatever it holds. */
const document = (manifest: object): string => stringify(manifest, { blockQuote: false, lineWidth: 0 });

/**
 * What an intruder may have chosen stands in indented blocks only, each value on one line: in a comment, in a command whose
 * values match their grammar, or in a manifest. Whoever pastes a block runs its commands and nothing else.
 */
function page(chapters: readonly Chapter[]): string {
  return [
    '# Remediation',
    '',
    'Made from what was found. Review everything before use: names in it may have been chosen by an intruder.',
    ...chapters.flatMap(({ name, proposals }) => [
      '',
      `## ${name}`,
      ...proposals.flatMap(({ text, commands = [], manifest }) => [
        '',
        indented(`# ${text}`),
        ...printProposed(commands).map((command) =>
          indented('line' in command ? command.line : `# A command is left out here: ${command.leftOut}.`),
        ),
        ...(manifest ? ['', 'The manifest:', '', ...document(manifest).trimEnd().split('\n').map(indented)] : []),
      ]),
    ]),
    '',
  ].join('\n');
}

/** A line of a block that the text cannot close: indented, with the code of what is not a plain character. */
const indented = (text: string): string =>
  `    ${text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)}`;
