/** Where a reader sees more than a message has: the record itself, the whole alert. */

import { STDOUT } from '../contract/commands/grammar.ts';
import { type CommandLine, printCommand } from '../contract/commands/print.ts';
import { homeRegion } from '../contract/elsewhere.ts';
import type { Finding } from '../contract/finding.ts';
import { defined } from '../kit/defined.ts';
import { epochOf, LOG_GROUP, matching, REGION, UUID } from './grammar.ts';
import { logLink } from './links.ts';
import type { AdviceStep } from './step.ts';

/** Where the log event can be seen. */
export function auditRecord(finding: Finding): AdviceStep[] {
  const { request, source } = finding;
  const group = matching(LOG_GROUP, source.logGroup);
  const region = matching(REGION, homeRegion(finding));
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
