import { TestMetricFilterCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CUT_NAMESPACE_WRITES, NAMESPACE_WRITES } from '../../../../../functions/kubernetes/filter-pattern.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import recorded from '../recorded-events.json' with { type: 'json' };

/** Whether the service reads our patterns as we do, judged on recorded events. */
export const filterPattern: AwsCheck = {
  id: 'filter-pattern',
  question: 'Does CloudWatch Logs match what our filter patterns are meant for, and nothing else?',
  needs: ['logs:TestMetricFilter'],
  when: 'both',
  stopsDeployment: true,
  fix: 'this is a fault of Namespace Sentinel: please report it, with what --json prints',
  async run(context) {
    const { clusters, centralClusters } = context.config;
    const isCut = [...clusters, ...centralClusters].some(({ cutLines }) => cutLines);
    return [
      await judge(context, 'namespaces', NAMESPACE_WRITES, ['matches']),
      ...(isCut ? [await judge(context, 'cut-lines', CUT_NAMESPACE_WRITES, ['matches', 'cut'])] : []),
    ];
  },
};

type Kind = keyof typeof recorded;

async function judge(
  { view: { clients }, signal }: AwsContext,
  name: string,
  pattern: string,
  wanted: readonly Kind[],
): Promise<Answer> {
  const events = (Object.keys(recorded) as Kind[]).flatMap((kind) =>
    recorded[kind].map(({ what, line }) => ({ what, line, isWanted: wanted.includes(kind) })),
  );
  const request = new TestMetricFilterCommand({
    filterPattern: pattern,
    logEventMessages: events.map(({ line }) => line),
  });
  const { matches = [] } = await clients.logs.send(request, { abortSignal: signal });
  const matched = new Set(matches.map(({ eventNumber }) => Number(eventNumber)));
  // The service counts from 1.
  const wrong = events.filter(({ isWanted }, index) => matched.has(index + 1) !== isWanted);
  if (wrong.length === 0)
    return { status: 'ok', says: `${name}: the service judges ${events.length} recorded events as it should.` };
  const texts = wrong.map(({ what, isWanted }) => `${what} (${isWanted ? 'not matched' : 'matched'})`);
  return { status: 'failed', says: `${name}: the service judges otherwise: ${texts.join(', ')}.` };
}
