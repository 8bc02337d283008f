import type { Condition, LogAnswer } from '../clients/logs/log-search.ts';
import type { Finding } from '../contract/finding.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { counted } from '../kit/words.ts';
import { parsePrincipal } from '../kubernetes/names/arn.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { logsThatAreOff } from './parts/control-plane-logs.ts';
import { askLogs, controlPlaneLogs, LOG_ACTIONS, logSource, nothingFound, quoted } from './parts/log-questions.ts';

const MAX_LINES = 300;
const MAX_SHOWN = 15;
const MAX_LENGTH = 300;

const lines = field.list(field.object({ at: field.text, line: field.text }));
/** Lines that concern the actor or its address. */
const schema = field.object({
  authenticatorFailures: lines,
  apiServerErrors: lines,
  total: field.number,
  /** Lines in which the authenticator let the creator not in; more than are shown. */
  denials: field.number,
});
type Details = Written<typeof schema>;

/** What the control plane wrote about the creator, or the address that the request came from. */
export const apiServerLogs = defineCheck({
  name: 'api-server-logs',
  question: 'Did the API server or its authenticator report errors about the creator?',
  deadlineMs: 20_000,
  needs: { kubernetes: [], aws: [...LOG_ACTIONS, 'eks:DescribeCluster'] },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { finding } = context;
  const names = namesOf(finding);
  if (names.length === 0) return notChecked('the record says neither who it was nor from where');
  const concerns: Condition = { any: names.map((has) => ({ field: '@message', has })) };
  const failed: Condition = { any: FAILURES.map((has) => ({ field: '@message', has })) };
  const ask = (source: 'authenticator' | 'api-server', where: Condition): Promise<LogAnswer> =>
    askLogs(context, source, where, { limit: MAX_LINES });
  const [off, authenticator, apiServer] = await Promise.all([
    logsThatAreOff(context, ['api', 'authenticator']),
    ask('authenticator', { all: [failed, concerns] }),
    ask('api-server', concerns),
  ]);
  const authenticatorFailures = linesOf(authenticator);
  const apiServerErrors = linesOf(apiServer).filter(({ line }) => KLOG_ERROR.test(line));
  const total = authenticatorFailures.length + apiServerErrors.length;
  const missing = off?.map((log) => ` The cluster does not write the ${log} log.`).join('') ?? UNKNOWN;
  const completeUntil = Math.min(authenticator.completeUntil, apiServer.completeUntil);
  const source = logSource(context, controlPlaneLogs(finding.cluster), quoted(names[0] ?? ''));
  if (total === 0 && missing)
    return { ...notChecked(`no such line in what was asked.${missing}`, doubtOf(off)), ...source };
  const more = authenticator.more || apiServer.more;
  if (total === 0) return nothingFound(context, { completeUntil, more }, 'No such line.', source);

  const details: Details = {
    authenticatorFailures: authenticatorFailures.slice(-MAX_SHOWN),
    apiServerErrors: apiServerErrors.slice(-MAX_SHOWN),
    total,
    denials: authenticatorFailures.length,
  };
  return {
    status: 'found',
    brief: `About the creator: ${counted(authenticatorFailures.length, 'failure')} of the authenticator, ${counted(apiServerErrors.length, 'error')} of the API server.`,
    summary:
      `About the creator or its address: ${counted(authenticatorFailures.length, 'failure')} of the authenticator, ` +
      `${counted(apiServerErrors.length, 'error')} of the API server${more ? '; there were more lines than were read' : ''}.${missing}`,
    details,
    completeUntil: new Date(completeUntil).toISOString(),
    ...source,
  };
}

/** What lines about the creator hold. The authenticator writes ARNs in small letters where it looked them up. */
function namesOf({ actor, request }: Finding): string[] {
  const iam = actor.principalArn === undefined ? undefined : parsePrincipal(actor.principalArn);
  const principal = iam && `${iam.account}:${iam.type}/${iam.name}`;
  const username = actor.kind === 'anonymous' || principal ? undefined : actor.username;
  const names = [principal, principal?.toLowerCase(), username, request.sourceIps?.at(-1)];
  return [...new Set(names.filter((name) => name !== undefined && name.length >= 4))] as string[];
}

/** As aws-iam-authenticator words them (logrus): `level=warning msg="access denied" arn="…" error="…"`. */
const FAILURES = ['level=warning', 'level=error', 'access denied'];

/** Errors and warnings of klog: `E1123 07:02:18.048964`. */
const KLOG_ERROR = /^[EWF]\d{4} /;

const linesOf = ({ entries }: LogAnswer): { at: string; line: string }[] =>
  entries.map(({ at, message }) => ({
    at: new Date(at).toISOString(),
    line: message.slice(0, MAX_LENGTH).toWellFormed(),
  }));

/** @param off the logs that the cluster does not write; undefined where that is not known */
const doubtOf = (off: readonly string[] | undefined): string =>
  off === undefined
    ? 'it is not known whether the cluster writes these logs'
    : `the cluster does not write the log ${off.join(' and ')}`;

const UNKNOWN = ' It is not known whether the cluster writes these logs.';

function show({ authenticatorFailures, apiServerErrors, total }: Read<typeof schema>): Block[] {
  const columns = {
    When: ({ at }: { at?: string }) => block.instant(at),
    Line: ({ line }: { line?: string }) => block.value(line),
  };
  return [
    ...block.facts(['Lines', block.amount(total)]),
    ...block.table('Failures of the authenticator', authenticatorFailures, columns),
    ...block.table('Errors of the API server', apiServerErrors, columns),
  ];
}
