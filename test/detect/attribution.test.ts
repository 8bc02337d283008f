/** Each event of a central log group is attributed to the account and Region that CloudWatch Logs tells, and to no other. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type Attribution, attribute } from '../../functions/detect/attribution.ts';
import { creation, delivery, line } from './events.ts';
import { namespace, setup } from './neighbours.ts';

const HOME = { owner: '111122223333', region: 'eu-central-1' };
const OWN = '/aws/eks/prod/cluster';
const CENTRAL = '/central/aws/eks/prod/cluster';
const CONFIGURED = { [CENTRAL]: ['222233334444/eu-west-1', '333344445555/us-east-1'] };
const fields = (account: unknown, region: unknown) => ({ '@aws.account': account, '@aws.region': region });
const of = (logGroup: string, extracted: unknown): Attribution =>
  attribute(extracted, { logGroup, ...HOME }, CONFIGURED);
const home = { account: HOME.owner, region: HOME.region };

describe('an event', () => {
  test.each<[string, string, unknown, Attribution]>([
    [
      'of a cluster here',
      OWN,
      undefined,
      { cluster: { name: 'prod', account: '111122223333', region: 'eu-central-1' }, isConfigured: true },
    ],
    [
      'of a cluster here whose filter tells the system fields',
      OWN,
      fields('111122223333', 'eu-central-1'),
      { cluster: { name: 'prod', account: '111122223333', region: 'eu-central-1' }, isConfigured: true },
    ],
    [
      'of a configured account',
      CENTRAL,
      fields('222233334444', 'eu-west-1'),
      { cluster: { name: 'prod', account: '222233334444', region: 'eu-west-1' }, home, isConfigured: true },
    ],
    [
      'of another one, with a cluster of the same name in the same group',
      CENTRAL,
      fields('333344445555', 'us-east-1'),
      { cluster: { name: 'prod', account: '333344445555', region: 'us-east-1' }, home, isConfigured: true },
    ],
    [
      'of a configured account in the Region of the other one',
      CENTRAL,
      fields('222233334444', 'us-east-1'),
      { cluster: { name: 'prod', account: '222233334444', region: 'us-east-1' }, home, isConfigured: false },
    ],
    [
      'of an account that nobody configured',
      CENTRAL,
      fields('999988887777', 'eu-west-1'),
      { cluster: { name: 'prod', account: '999988887777', region: 'eu-west-1' }, home, isConfigured: false },
    ],
    [
      'of another account in the group of a cluster here',
      OWN,
      fields('222233334444', 'eu-west-1'),
      { cluster: { name: 'prod', account: '222233334444', region: 'eu-west-1' }, home, isConfigured: false },
    ],
    [
      'of the account of the stack in a central group',
      CENTRAL,
      fields('111122223333', 'eu-central-1'),
      { cluster: { name: 'prod', account: '111122223333', region: 'eu-central-1' }, home, isConfigured: false },
    ],
    [
      'without system fields in a central group',
      CENTRAL,
      undefined,
      { cluster: { name: 'prod' }, home, isConfigured: false },
    ],
    [
      'with an account of another form',
      CENTRAL,
      fields('222233334444 ', 'eu-west-1'),
      { cluster: { name: 'prod', region: 'eu-west-1' }, home, isConfigured: false },
    ],
    [
      'with a number for an account',
      OWN,
      fields(111122223333, 'eu-central-1'),
      { cluster: { name: 'prod', region: 'eu-central-1' }, home, isConfigured: false },
    ],
    [
      'with a list for system fields',
      CENTRAL,
      [['@aws.account', '1']],
      { cluster: { name: 'prod' }, home, isConfigured: false },
    ],
    [
      'of a group of another form',
      '/aws/lambda/prod',
      undefined,
      { cluster: { account: '111122223333', region: 'eu-central-1' }, isConfigured: true },
    ],
  ])('%s', (_, logGroup, extracted, expected) => {
    expect(of(logGroup, extracted)).toEqual(expected);
  });

  test('whatever the system fields are, the account is one that they tell, or not known', () => {
    const strange = fc.oneof(
      fc.anything(),
      fc.constantFrom(
        '222233334444',
        '111122223333',
        'eu-west-1',
        '__proto__',
        '222233334444/eu-west-1',
        '',
        '*',
        'undefined',
      ),
      fc.array(fc.constantFrom('222233334444', '333344445555')),
      fc.record({ toString: fc.constant(() => '222233334444') }),
    );
    const hostile = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom('@aws.account', '@aws.region', '@source.log', '__proto__'), strange),
      fc.tuple(strange, strange).map(([account, region]) => fields(account, region)),
    );
    fc.assert(
      fc.property(
        hostile,
        fc.constantFrom(OWN, CENTRAL, '__proto__', 'constructor', '/aws/eks//cluster'),
        (extracted, logGroup) => {
          const { cluster, isConfigured, home: told } = of(logGroup, extracted);
          const said = (Object(extracted) ?? {}) as Record<string, unknown>;
          const isOwn = told === undefined;
          // Own is what says nothing else, in a group that is not a central one.
          if (isOwn)
            expect([logGroup === CENTRAL, cluster.account, cluster.region]).toEqual([false, HOME.owner, HOME.region]);
          else {
            for (const [value, field] of [
              [cluster.account, '@aws.account'],
              [cluster.region, '@aws.region'],
            ] as const)
              if (value !== undefined) expect(said[field]).toBe(value);
            expect(isConfigured).toBe(
              logGroup === CENTRAL && (CONFIGURED[CENTRAL] ?? []).includes(`${cluster.account}/${cluster.region}`),
            );
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a delivery of a central log group', () => {
  let printed: string[];
  beforeEach(() => {
    printed = [];
    process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
    process.env['POWERTOOLS_LOG_LEVEL'] = 'WARN';
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  });
  afterEach(() => void jest.restoreAllMocks());

  const event = (message: string, extractedFields?: unknown) => ({
    id: '1'.padStart(56, '0'),
    timestamp: 1_795_417_371_301,
    message,
    ...(extractedFields !== undefined && { extractedFields }),
  });
  const central = (...logEvents: object[]) => delivery([], { logGroup: CENTRAL, logEvents });
  const problems = () =>
    printed
      .flatMap((text) => text.split('\n'))
      .filter((text) => text.includes('"_aws"'))
      .map((text) => JSON.parse(text))
      .map(({ Problem, problem, service }) => ({ Problem, problem, service }));

  test('the same line of two accounts makes two findings, each with its own account; nothing is counted', async () => {
    const { send, started } = setup([], CONFIGURED);
    const same = namespace('payroll');
    const summary = await send(
      central(event(same, fields('222233334444', 'eu-west-1')), event(same, fields('333344445555', 'us-east-1'))),
    );
    expect(summary).toMatchObject({ handedOver: 2, duplicates: 0, notConfigured: 0 });
    expect(started.map(({ finding }) => finding)).toMatchObject([
      {
        cluster: { name: 'prod', account: '222233334444', region: 'eu-west-1' },
        source: { logGroup: CENTRAL, ...home },
      },
      {
        cluster: { name: 'prod', account: '333344445555', region: 'us-east-1' },
        source: { logGroup: CENTRAL, ...home },
      },
    ]);
    expect(new Set(started.map(({ finding }) => finding.id)).size).toBe(2);
    expect(problems()).toEqual([]);
  });

  test('an event of an account that nobody configured becomes a finding, is counted, and its account is in the log', async () => {
    const { send, started } = setup([], CONFIGURED);
    const summary = await send(
      central(
        event(namespace('known'), fields('222233334444', 'eu-west-1')),
        event(namespace('stranger'), fields('999988887777', 'eu-west-1')),
        event(line({ ...creation(), verb: 'update' }), fields('999988887777', 'eu-west-1')),
        event(namespace('nowhere')),
      ),
    );
    expect(summary).toMatchObject({ records: 4, handedOver: 3, nothing: 1, failed: 0, notConfigured: 3 });
    expect(started.map(({ finding }) => [finding.namespace.name, finding.cluster])).toEqual([
      ['known', { name: 'prod', account: '222233334444', region: 'eu-west-1' }],
      ['stranger', { name: 'prod', account: '999988887777', region: 'eu-west-1' }],
      ['nowhere', { name: 'prod' }],
    ]);
    expect(problems()).toEqual([
      { Problem: 2, problem: 'source-not-configured', service: 'detect' },
      { Problem: 1, problem: 'source-not-configured', service: 'detect' },
    ]);
    expect(printed.join('\n')).toMatch(/"level":"WARN".*999988887777/);
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'hostile'],
    ['a list', ['@aws.account']],
    ['nested', { '@aws.account': { '@aws.account': '222233334444' } }],
    ['very long', { '@aws.account': '2'.repeat(100_000) }],
  ])('system fields that are %s cost the event its account, and nothing else', async (_, extracted) => {
    const { send, started, kept } = setup([], CONFIGURED);
    const events = [event(namespace('a'), extracted), event(namespace('b'), fields('222233334444', 'eu-west-1'))];
    await expect(send(central(...events))).resolves.toMatchObject({
      handedOver: 2,
      rejected: 0,
      failed: 0,
      notConfigured: 1,
    });
    expect(started[0]?.finding.cluster).toEqual({ name: 'prod' });
    expect(kept).toEqual([]);
  });
});
