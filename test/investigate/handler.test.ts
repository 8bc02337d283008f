import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { DEFAULT_CHECK_SETTINGS } from '../../functions/checks/check.ts';
import type { Eks } from '../../functions/clients/aws/eks.ts';
import { LocalEks } from '../../functions/clients/local/eks.ts';
import type { InvestigationRequest } from '../../functions/contract/investigation.ts';
import { createHandler } from '../../functions/investigate/handler.ts';
import { readSettings } from '../../functions/investigate/settings.ts';
import { DEFAULT_SCALE } from '../../functions/investigate/weights.ts';
import { Environment } from '../../functions/kit/environment.ts';
import { cluster, denied, finding } from '../checks/examples.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

const request: InvestigationRequest = { finding: finding() };
const context = { functionName: 'investigate', awsRequestId: '1' } as Context;
const send = (event: unknown, eks: Eks = new LocalEks([cluster()])) =>
  createHandler({ eks }, { budgetMs: 100, knownAutomation: [] })(event, context);

const refusing = (error: Error): Eks => {
  const fail = () => Promise.reject(error);
  return {
    describeCluster: fail,
    describeAccessEntry: fail,
    listAccessEntries: fail,
    listAssociatedAccessPolicies: fail,
  };
};

describe('the handler', () => {
  test('answers a request with the investigation, as the destination passes it on', async () => {
    const investigation = await send(JSON.parse(JSON.stringify(request)));
    expect(investigation).toMatchObject({
      findingId: 'finding-1',
      evidence: expect.arrayContaining([
        expect.objectContaining({ check: 'principal', status: 'found' }),
        expect.objectContaining({ check: 'cluster-posture', status: 'clear' }),
      ]),
      assessment: { score: 0 },
    });
    expect(JSON.parse(JSON.stringify(investigation))).toEqual(investigation);
  });

  test.each<[string, Eks, RegExp]>([
    ['denies', refusing(denied('eks:DescribeAccessEntry')), /^denied: its role may not do eks:DescribeAccessEntry/],
    [
      'is throttled',
      refusing(Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' })),
      /^failed: ThrottlingException: Rate exceeded$/,
    ],
    [
      'does not know the cluster',
      new LocalEks([]),
      /^failed: ResourceNotFoundException: No cluster found for name: prod\.$/,
    ],
    [
      'never answers',
      {
        ...refusing(new Error()),
        describeCluster: () => new Promise(() => {}),
        describeAccessEntry: () => new Promise(() => {}),
      },
      /^no answer within 100 ms, the time limit of the investigation$/,
    ],
  ])('answers when EKS %s', async (_, eks, reason) => {
    const { evidence } = await send(request, eks);
    const ofEks = evidence.filter(({ check }) => check === 'principal' || check === 'cluster-posture');
    for (const answer of ofEks)
      expect(answer).toMatchObject({ status: 'not-checked', reason: expect.stringMatching(/./) });
    expect(ofEks[0]?.reason).toMatch(reason);
  });

  test('logs unanswered checks by name, and counts nothing', async () => {
    jest.replaceProperty(process.env, 'POWERTOOLS_LOG_LEVEL', 'INFO');
    const output: string[] = [];
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
    const { evidence } = await send(request, new LocalEks([]));
    const lines = output.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{'));
    const named = lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => message === 'check without answer')
      .map(({ check }) => check);
    expect(named).toEqual(evidence.filter(({ status }) => status === 'not-checked').map(({ check }) => check));
    expect(named).toEqual(expect.arrayContaining(['principal', 'cluster-posture']));
    expect(lines.join()).not.toContain('"_aws"');
  });

  const broken = (overrides: object) => ({ finding: { ...finding(), ...overrides } });
  test.each<[string, unknown, string]>([
    ['nothing', null, 'the whole (invalid_type)'],
    ['text', 'finding', 'the whole (invalid_type)'],
    ['another event', { awslogs: {} }, '/finding (invalid_type)'],
    ['no finding', { finding: null }, '/finding (invalid_type)'],
    ['no id', broken({ id: '' }), '/finding/id (invalid_format)'],
    ['a later schema', broken({ schemaVersion: 2 }), '/finding/schemaVersion (invalid_value)'],
    ['an unknown outcome', broken({ outcome: 'deleted' }), '/finding/outcome (invalid_value)'],
    ['an unknown kind of actor', broken({ actor: { kind: 'ghost' } }), '/finding/actor/kind (invalid_value)'],
    [
      'several mistakes',
      broken({ id: 1, cluster: 'prod' }),
      '/finding/id (invalid_type), /finding/cluster (invalid_type)',
    ],
  ])('refuses %s, so that it goes to the failure destination', async (_, event, places) => {
    await expect(send(event)).rejects.toThrow(`not a valid request to investigate: ${places}`);
  });

  test.each<[string, object]>([
    ['a name', { namespace: { name: 7 } }],
    ['addresses', { request: { sourceIps: '10.0.0.1' } }],
    ['labels', { namespace: { labels: { team: 7 } } }],
  ])('does without %s of another type than expected', async (_, overrides) => {
    await expect(send(broken(overrides))).resolves.toMatchObject({ findingId: 'finding-1' });
  });

  test('does not repeat what stands in an event that it refuses', async () => {
    await expect(send(broken({ outcome: 'SECRET' }))).rejects.toThrow(expect.not.stringContaining('SECRET'));
  });
});

describe('the settings', () => {
  test('have defaults', () => {
    expect(readSettings(new Environment({}))).toEqual({
      budgetMs: 25_000,
      knownAutomation: [],
      scale: DEFAULT_SCALE,
      checks: DEFAULT_CHECK_SETTINGS,
    });
  });

  test('come from the environment', () => {
    const variables = { INVESTIGATION_BUDGET_MS: '9000', KNOWN_AUTOMATION: '["system:serviceaccount:argocd:*"]' };
    expect(readSettings(new Environment(variables))).toMatchObject({
      budgetMs: 9000,
      knownAutomation: ['system:serviceaccount:argocd:*'],
    });
  });

  test.each([
    [{ INVESTIGATION_BUDGET_MS: 'soon' }, 'INVESTIGATION_BUDGET_MS'],
    [{ CHECK_SETTINGS: '{}' }, 'CHECK_SETTINGS'],
    [{ INDICATOR_WEIGHTS: '{"ghost":1}' }, 'ghost'],
    [{ INVESTIGATION_BUDGET_MS: '0' }, 'INVESTIGATION_BUDGET_MS'],
    [{ KNOWN_AUTOMATION: 'argocd' }, 'KNOWN_AUTOMATION'],
    [{ KNOWN_AUTOMATION: '["a", 1]' }, 'KNOWN_AUTOMATION'],
    [{ KNOWN_AUTOMATION: '["a", "*"]' }, 'KNOWN_AUTOMATION: "*" would make every creator known'],
    [{ KNOWN_AUTOMATION: '[""]' }, 'KNOWN_AUTOMATION: "" would make every creator known'],
  ])('%j is refused', (variables, message) => {
    expect(() => readSettings(new Environment(variables))).toThrow(message);
  });
});
