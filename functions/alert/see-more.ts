/** Where a reader sees more than a message has: the report, the record itself, the whole alert. */

import type { Alert } from '../contract/alert.ts';
import { STDOUT } from '../contract/commands/grammar.ts';
import { type CommandLine, printCommand } from '../contract/commands/print.ts';
import type { Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { epochOf, LOG_GROUP, matching, REGION, UUID } from './grammar.ts';
import { consoleLink, logLink, objectLink } from './links.ts';
import type { AdviceStep } from './step.ts';
import { harmless } from './text.ts';

const MAX_OF_CHECKS = 6;

/** Where to see more: the report, the record itself, what the checks looked at unless the report has it, and the whole alert. */
export function seeMore({ finding, evidence = [], archive, report }: Alert): AdviceStep[] {
  const steps = [...theReport(finding, report), ...auditRecord(finding)];
  const telling =
    report === undefined ? evidence.filter(({ status, command, link }) => status !== 'clear' && (command || link)) : [];
  for (const { question, command, link } of telling.slice(0, MAX_OF_CHECKS)) {
    const safeLink = consoleLink(link);
    steps.push({
      text: harmless(question),
      ...defined({ commands: command && [printCommand(command)], link: safeLink || undefined }),
    });
  }
  if (archive === undefined)
    steps.push({ text: 'The whole alert could not be stored; the JSON message of this topic holds what there is.' });
  else steps.push({ text: 'Everything, as JSON:', commands: [wholeRecord(archive)] });
  return steps;
}

function theReport(finding: Finding, report: string | undefined): AdviceStep[] {
  if (report === undefined) return [{ text: 'The report could not be stored.' }];
  const link = objectLink(report, finding);
  const text = 'The report, with timeline, how the creator came to the right, and all evidence';
  return [
    link ? { text: `${text} ("Open" on this page):`, link } : { text: `${text}:`, commands: [wholeRecord(report)] },
  ];
}

/** Where the log event can be seen. */
export function auditRecord(finding: Finding): AdviceStep[] {
  const { request, source, cluster } = finding;
  const group = matching(LOG_GROUP, source.logGroup);
  const region = matching(REGION, cluster.region);
  const auditId = matching(UUID, request.auditId);
  const at = epochOf(request.at);
  const link = logLink(finding);
  const search =
    group && region && auditId && at !== undefined ? [printCommand(logSearch(group, region, auditId, at))] : [];
  return search.length > 0 || link
    ? [{ text: 'The audit record:', commands: search, ...defined({ link: link || undefined }) }]
    : [];
}

/** The search for the log event in CloudWatch Logs. @param epoch of the request, in milliseconds */
function logSearch(logGroup: string, region: string, auditId: string, epoch: number): string[] {
  const argv = ['aws', 'logs', 'filter-log-events', '--region', region, '--log-group-name', logGroup];
  // The log event's time is that of its ingestion, at the earliest that of the request.
  argv.push('--start-time', String(epoch - 60_000), '--end-time', String(epoch + 900_000));
  return [...argv, '--filter-pattern', `{ $.auditID = "${auditId}" }`];
}

const PATH = /^[\w./ -]{1,900}$/;
const ODD_PLACE: CommandLine = { leftOut: 'its place has an unusual name' };

/** Where to read everything: an S3 object by a command, a local file by its path. */
export function wholeRecord(place: string): CommandLine {
  if (place.startsWith('s3:')) return printCommand(['aws', 's3', 'cp', place, STDOUT]);
  return PATH.test(place) ? { line: place } : ODD_PLACE;
}

/** Where to read what is in a folder that a playbook names: the command that lists it. */
export function folderListing(place: string): CommandLine {
  return printCommand(place.startsWith('s3:') ? ['aws', 's3', 'ls', '--recursive', place] : ['ls', place]);
}
