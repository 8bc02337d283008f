import type { Condition, LogAnswer } from '../clients/logs/log-search.ts';
import type { Read, Written } from '../contract/read.ts';
import * as field from '../contract/read.ts';
import type { Block } from '../kit/blocks.ts';
import * as block from '../kit/blocks.ts';
import { defined } from '../kit/defined.ts';
import { record, text } from '../kit/json.ts';
import { ownWords } from '../kit/phrase.ts';
import { counted, firstOf, listed, short, shortName } from '../kit/words.ts';
import { type CheckAnswer, type CheckContext, defineCheck, notChecked } from './check.ts';
import { askLogs, LOG_ACTIONS, logSource, NotAsked, nothingFound, quoted } from './parts/log-questions.ts';
import { type LogSign, logSignsIn, logSignWords, MAY_SHOW_SIGNS } from './parts/log-signs.ts';
import { namespaceOf } from './parts/target.ts';

const MAX_LINES = 500;
const MAX_SUSPECT = 500;
const MAX_PODS = 10;
const MAX_SIGNS = 20;

const SOURCES = ['application', 'host', 'dataplane'] as const;

/** Counts, signs and groups only, never the text of a container's log. */
const schema = field.object({
  groups: field.list(
    field.object({
      source: field.word<(typeof SOURCES)[number]>(),
      present: field.flag,
      lines: field.optional(field.number),
      more: field.optional(field.flag),
    }),
  ),
  byPod: field.optional(field.list(field.object({ pod: field.text, lines: field.number }))),
  /** What lines give away; `pod` is `a node` where a node wrote it. At most 20. */
  signs: field.list(
    field.object({
      sign: field.word<LogSign>(),
      pod: field.text,
      firstAt: field.text,
      lastAt: field.text,
      lines: field.number,
    }),
  ),
  /** There were more lines than were searched for signs. */
  more: field.optional(field.flag),
});
type Details = Written<typeof schema>;

/**
 * Container Insights. Counts and signs only: what containers write may hold secrets, and is an attacker's to choose. Host and
 * dataplane lines count where they name something in the namespace, as `shop/cart-0`.
 */
export const containerLogs = defineCheck({
  name: 'container-logs',
  question: 'What do the logs of its containers and nodes show?',
  about: 'contents',
  deadlineMs: 20_000,
  needs: { kubernetes: [], aws: LOG_ACTIONS },
  details: schema,
  run,
  show,
});

async function run(context: CheckContext): Promise<CheckAnswer<Details>> {
  const { cluster } = context.finding;
  const target = namespaceOf(context.finding);
  if ('reason' in target) return notChecked(target.reason);
  const { name } = target;
  const outcomes = await Promise.all(SOURCES.map((source) => ask(context, source, name)));
  const answers = outcomes.flatMap(({ answer }) => answer ?? []);
  const reasons = new Set(outcomes.flatMap(({ failure }) => failure?.message ?? []));
  if (answers.length === 0) return notChecked([...reasons].join('; '), 'the container logs could not be searched');

  const lines = answers.reduce((sum, { entries }) => sum + entries.length, 0);
  const details: Details = {
    groups: outcomes
      .filter(({ failure }) => !failure || failure.missing)
      .map(({ source, answer }) => ({
        source,
        present: answer !== undefined,
        ...defined({ lines: answer?.entries.length, more: answer?.more }),
      })),
    byPod: byPod(outcomes[0]?.answer),
    signs: signsOf(outcomes),
    ...defined({ more: outcomes.some(({ suspect }) => suspect?.more) || undefined }),
  };
  const notes = reasons.size > 0 ? ` Not asked: ${[...reasons].join('; ')}.` : '';
  const completeUntil = Math.min(...answers.map((answer) => answer.completeUntil));
  const more = answers.some((answer) => answer.more);
  const value = quoted(name);
  const group = `/aws/containerinsights/${cluster.name}/application`;
  const source = logSource(context, group, value && `{ $.kubernetes.namespace_name = ${value} }`);
  if (lines === 0 && !notes)
    return nothingFound(context, { completeUntil, more }, 'No line about this namespace yet.', {
      ...source,
      details,
    });
  if (lines === 0) return { ...notChecked(`no line in the logs that could be searched.${notes}`, PARTLY), ...source };
  const counts = details.groups
    .filter(({ present }) => present)
    .map(({ source, lines, more }) => `${source} ${lines}${more ? ' or more' : ''}`);
  return {
    status: 'found',
    summary: `Lines about this namespace since the request: ${counts.join(', ')}${concern(details.signs)}.${notes}`,
    brief: inShort(details.signs, lines),
    details,
    completeUntil: new Date(completeUntil).toISOString(),
    ...source,
  };
}

const PARTLY = 'only a part of the container logs could be searched';

function inShort(signs: Details['signs'], lines: number): string {
  if (signs.length === 0) return `${counted(lines, 'line')} about the namespace, none of them suspicious.`;
  return `Suspicious in container logs: ${firstOf(
    signs.map(({ sign, pod }) => `${logSignWords(sign)} (${shortName(pod)})`),
    80,
  )}.`;
}

const concern = (signs: Details['signs']): string =>
  signs.length === 0
    ? ''
    : `; suspicious: ${listed(signs.map(({ sign, pod }) => `${logSignWords(sign)} (${short(pod, 100)})`))}`;

interface Outcome {
  source: (typeof SOURCES)[number];
  answer?: LogAnswer;
  /** Lines that may show a sign. */
  suspect?: LogAnswer;
  failure?: NotAsked;
}

async function ask(context: CheckContext, source: Outcome['source'], namespace: string): Promise<Outcome> {
  const where: Condition =
    source === 'application'
      ? { field: 'kubernetes.namespace_name', is: namespace }
      : { any: [`${namespace}/`, `_${namespace}_`].map((has) => ({ field: '@message', has })) };
  const suspicious: Condition = { all: [where, MAY_SHOW_SIGNS] };
  try {
    // Asked at once, they share one scan.
    const [answer, suspect] = await Promise.all([
      askLogs(context, source, where, { limit: MAX_LINES, since: 'request' }),
      askLogs(context, source, suspicious, { limit: MAX_SUSPECT, since: 'request' }),
    ]);
    return { source, answer, suspect };
  } catch (error) {
    if (error instanceof NotAsked) return { source, failure: error };
    throw error;
  }
}

function byPod(answer: LogAnswer | undefined): { pod: string; lines: number }[] {
  const pods = new Map<string, number>();
  for (const { json } of answer?.entries ?? []) {
    const pod = text(record(json?.['kubernetes'])['pod_name']) ?? 'unknown';
    pods.set(pod, (pods.get(pod) ?? 0) + 1);
  }
  return [...pods]
    .map(([pod, lines]) => ({ pod: pod.slice(0, 253), lines }))
    .sort((a, b) => b.lines - a.lines)
    .slice(0, MAX_PODS);
}

/** By sign and pod, those of most lines first. */
function signsOf(outcomes: readonly Outcome[]): Details['signs'] {
  const found = new Map<string, Details['signs'][number]>();
  for (const { source, suspect } of outcomes) {
    for (const { at, json, message } of suspect?.entries ?? []) {
      const pod = source === 'application' ? (text(record(json?.['kubernetes'])['pod_name']) ?? 'unknown') : 'a node';
      for (const sign of logSignsIn(text(json?.['log']) ?? message)) {
        const key = JSON.stringify([sign, pod]);
        const instant = new Date(at).toISOString();
        const { firstAt = instant, lines = 0 } = found.get(key) ?? {};
        found.set(key, { sign, pod: pod.slice(0, 253), firstAt, lastAt: instant, lines: lines + 1 });
      }
    }
  }
  return [...found.values()].sort((a, b) => b.lines - a.lines).slice(0, MAX_SIGNS);
}

function show({ groups, byPod, signs }: Read<typeof schema>): Block[] {
  return [
    ...block.table('Log groups of Container Insights', groups, {
      Group: ({ source }) => block.word(source),
      There: ({ present }) => block.yesNo(present),
      Lines: ({ lines, more }) => block.atLeast(lines, more),
    }),
    ...block.table('What the lines show', signs, {
      Sign: ({ sign = '' }) => ownWords(logSignWords(sign)),
      Pod: ({ pod }) => block.value(pod),
      First: ({ firstAt }) => block.instant(firstAt),
      Last: ({ lastAt }) => block.instant(lastAt),
      Lines: ({ lines }) => block.amount(lines),
    }),
    ...block.table('Lines by pod', byPod, {
      Pod: ({ pod }) => block.value(pod),
      Lines: ({ lines }) => block.amount(lines),
    }),
  ];
}
