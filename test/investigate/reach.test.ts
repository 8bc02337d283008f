/** Of a cluster in another account or Region the copies of its logs are asked, and nothing here that would answer about another one. */
import { describe, expect, test } from '@jest/globals';
import type { CheckClients } from '../../functions/checks/check.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { LogQuestion, LogSource } from '../../functions/clients/logs/log-search.ts';
import { LogSourceMissing } from '../../functions/contract/errors.ts';
import { investigate } from '../../functions/investigate/investigate.ts';
import { clientsFor } from '../../functions/investigate/reach.ts';
import { ACCOUNT, cluster, finding } from '../checks/examples.ts';

const GROUP = '/central/aws/eks/prod/cluster';
const ELSEWHERE = finding({
  cluster: { name: 'prod', account: '222233334444', region: 'eu-west-1' },
  source: { kind: 'audit-log', logGroup: GROUP, account: ACCOUNT, region: 'eu-central-1' },
});
const { signal } = new AbortController();

/** Whatever is asked is noted; the logs are empty. */
function everything(): { clients: CheckClients; asked: string[]; questions: LogQuestion[] } {
  const asked: string[] = [];
  const questions: LogQuestion[] = [];
  const noted = (name: string) =>
    new Proxy(
      {},
      {
        get: (_, method) => async () => {
          asked.push(`${name}.${String(method)}`);
          throw new Error('asked');
        },
      },
    ) as never;
  const logs = {
    ask: async (question: LogQuestion) => {
      questions.push(question);
      return { from: question.from, entries: [], more: false, completeUntil: question.to };
    },
  };
  const names = ['eks', 'kubernetes', 'trail', 'imageScans', 'threats', 'flowLogs'];
  const clients = { ...Object.fromEntries(names.map((name) => [name, noted(name)])), logs };
  return { clients, asked, questions };
}

const ask = (source: LogSource, about = ELSEWHERE, more = {}) => {
  const { clients, questions } = everything();
  const question = { cluster: about.cluster, source, from: 0, to: 1, where: { all: [] }, limit: 1, ...more };
  return { answer: clientsFor(about, clients).logs?.ask(question, signal), questions };
};

describe('a finding of another account', () => {
  test('an investigation asks its log group, about its account and Region alone, and nothing else', async () => {
    const { clients, asked, questions } = everything();
    const { evidence, assessment } = await investigate(ELSEWHERE, clients, { budgetMs: 2_000, knownAutomation: [] });
    expect(asked).toEqual([]);
    expect(questions.length).toBeGreaterThan(0);
    for (const { logGroup, origin } of questions)
      expect([logGroup, origin]).toEqual([GROUP, { account: '222233334444', region: 'eu-west-1' }]);
    const unanswered = evidence.filter(({ status }) => status === 'not-checked').map(({ check }) => check);
    expect(unanswered).toEqual(
      expect.arrayContaining(['namespace', 'workloads', 'cluster-posture', 'threats', 'network']),
    );
    expect(assessment.severity).toBeDefined();
  });

  test.each<LogSource>(['audit', 'api-server', 'authenticator'])('%s is asked in the copies', async (source) => {
    const { answer, questions } = ask(source);
    await answer;
    expect(questions).toMatchObject([
      { source, logGroup: GROUP, origin: { account: '222233334444', region: 'eu-west-1' } },
    ]);
  });

  test.each<[LogSource, object]>([
    ['application', {}],
    ['host', {}],
    ['dataplane', {}],
    ['flow', { logGroup: '/vpc/flow-logs' }],
  ])('%s is not asked: the groups here are of other clusters', async (source, more) => {
    const { answer, questions } = ask(source, ELSEWHERE, more);
    await expect(answer).rejects.toThrow(LogSourceMissing);
    expect(questions).toEqual([]);
  });

  test.each([
    ['account', { name: 'prod', region: 'eu-west-1' }],
    ['Region', { name: 'prod', account: '222233334444' }],
  ])('where its %s is not known, no line can be told to be of it', async (_, unknown) => {
    const { answer, questions } = ask('audit', { ...ELSEWHERE, cluster: unknown });
    await expect(answer).rejects.toThrow('it is not known from which account and Region');
    expect(questions).toEqual([]);
  });
});

test('a finding of a cluster here has everything asked', async () => {
  const clients = { eks: new LocalEks([cluster()]) };
  expect(clientsFor(finding(), clients)).toBe(clients);
});
