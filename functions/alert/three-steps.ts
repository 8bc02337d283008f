/** The three things that can be done at once: look, isolate, or say that it was expected. */
import type { Alert } from '../contract/alert.ts';
import { type CommandLine, printCommand, printInput } from '../contract/commands/print.ts';
import type { Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { LABEL, matching, REGION } from './grammar.ts';
import { AUTO_START } from './headline.ts';
import { belowBullet, bullet, copyable } from './layout.ts';
import { clusterLink, logLink, objectLink } from './links.ts';
import { wholeRecord } from './see-more.ts';
import type { AdviceStep } from './step.ts';

/** @param exists a namespace was, or may have been, created */
export function threeSteps(alert: Alert, exists: boolean): AdviceStep[] {
  if (exists) return [look(alert), isolate(alert), expected(alert)];
  return [
    look(alert),
    {
      text: 'Isolate: nothing to isolate, no namespace was created. If nobody expected it, treat the credentials as stolen: revoke them, and see what else they did.',
      commands: trail(alert.finding),
    },
    {
      text: 'It was expected: nothing to do. Further ones like this within the hour come in one digest.',
    },
  ];
}

function look({ finding, report }: Alert): AdviceStep {
  if (report === undefined) {
    const link = clusterLink(finding) ?? logLink(finding);
    return { text: 'Look: the report could not be stored.', commands: withoutReport(finding), ...defined({ link }) };
  }
  const link = objectLink(report, finding);
  if (link === undefined) return { text: 'Look at the report:', commands: [wholeRecord(report)] };
  return { text: 'Look at the report ("Open" on this page):', link };
}

function withoutReport({ namespace }: Finding): CommandLine[] {
  const name = matching(LABEL, namespace.name);
  return name === undefined
    ? []
    : [
        printCommand([
          'kubectl',
          'get',
          'pods,deployments,daemonsets,jobs,cronjobs,services',
          '-n',
          name,
          '-o',
          'wide',
        ]),
      ];
}

const CUT_OFF =
  'revoke the access of whoever created it and cut it off, but keep it: deleting it destroys the evidence';

function isolate({ contain, autoStart }: Alert): AdviceStep {
  if (contain === undefined) return { text: `Isolate: no playbook is installed. By hand: ${CUT_OFF}.` };
  if ('leftOut' in contain)
    return { text: `Isolate: the line that starts the playbook is left out here, ${contain.leftOut}.` };
  const { console, isolate } = contain;
  const input = printInput(isolate.input);
  return {
    text: `Isolate${autoStart ? `. ${AUTO_START}` : ': cuts network and access, keeps its pods; undo with release.'}`,
    commands: [
      { line: isolate.command },
      ...(console && 'line' in input ? [{ line: `Or in the console, with ${input.line}:` }] : []),
    ],
    ...defined({ link: console || undefined }),
  };
}

const expected = ({ decide }: Alert): AdviceStep =>
  decide
    ? {
        text: 'It was expected: close it (replace WHY and WHO).',
        commands: [{ line: decide.legitimate.command }],
      }
    : { text: 'It was expected: nothing to do.' };

/** What else the same access key did: CloudTrail has it within about 15 minutes. */
export function trail({ actor, cluster }: Finding): CommandLine[] {
  const region = matching(REGION, cluster.region);
  const key = matching(/^[A-Z0-9]{16,32}$/, actor.accessKeyId);
  if (!region || !key) return [];
  const attribute = `AttributeKey=AccessKeyId,AttributeValue=${key}`;
  return [printCommand(['aws', 'cloudtrail', 'lookup-events', '--region', region, '--lookup-attributes', attribute])];
}

/** A step under its mark, with what is to be copied or clicked. */
export function stepLines({ text, commands = [], link }: AdviceStep, mark: string): string[] {
  return [
    ...bullet(text, mark),
    ...commands.flatMap((command) =>
      'line' in command ? copyable(command.line) : belowBullet(`(A command is left out here: ${command.leftOut}.)`),
    ),
    ...(link ? copyable(link) : []),
  ];
}
