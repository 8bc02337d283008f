/** Isolation that starts by itself: when it may, and what the alert says of it. */
import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { obstacle, readAutoStart } from '../../functions/alert/auto-start.ts';
import { type AlertClients, type AlertSettings, createHandler } from '../../functions/alert/handler.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import type { Evidence } from '../../functions/contract/investigation.ts';
import { about, BARE, FINDING, HIGH, INVESTIGATION, TOPICS } from './examples.ts';
import { PLAYBOOKS } from './follow-up-samples.ts';
import { succeeded } from './records.ts';

const NOW = Date.parse('2026-11-23T07:02:45Z');
const CONTEXT = { functionName: 'alert', awsRequestId: 'request-1' } as Context;
const live = (details: object, status: Evidence['status'] = 'found'): Evidence => ({
  check: 'namespace',
  question: 'Is it there?',
  status,
  summary: 'It is.',
  details: { live: 'confirmed', uid: FINDING.namespace.uid, createdAt: '2026-11-23T07:02:18Z', ...details },
});
const withLive = (details: object = {}, status?: Evidence['status'], alert: Alert = HIGH): Alert => ({
  ...alert,
  evidence: [live(details, status), ...(alert.evidence ?? [])],
});
const graded = (severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'): Alert => ({
  ...withLive(),
  assessment: { score: 50, severity, indicators: [] },
});
const of = (alert: Alert) => withPlaybooks(alert, PLAYBOOKS);

describe('it may start', () => {
  test.each<[string, Alert]>([
    ['at the severity configured', of(graded('HIGH'))],
    ['above it', of(graded('CRITICAL'))],
    ['up to an hour after the creation', of(withLive({ createdAt: '2026-11-23T06:02:46Z' }))],
    [
      'where the record was cut, as the API server confirms the UID',
      of(withLive({}, 'found', about({ source: { kind: 'audit-log', truncated: true } }))),
    ],
    [
      'of a name that merely resembles one of Kubernetes',
      of(withLive({}, 'found', about({ namespace: { ...FINDING.namespace, name: 'kube-systern' } }))),
    ],
  ])('%s', (_, alert) => {
    expect(obstacle(alert, 'HIGH', [], NOW)).toBeUndefined();
  });

  test.each<[string, Alert, string, (readonly string[])?]>([
    ['below the severity', of(graded('MEDIUM')), 'severity'],
    ['of a bare alert', of(BARE), 'severity'],
    ['without an answer from any check', of({ ...graded('LOW'), evidence: [live({}, 'not-checked')] }), 'severity'],
    ['from coverage', of(withLive({}, 'found', about({ source: { kind: 'coverage' } }))), 'audit stream'],
    ['that may not have been created', of(withLive({}, 'found', about({ outcome: 'outcome-unknown' }))), 'not certain'],
    ['that was denied', of(withLive({}, 'found', about({ outcome: 'attempt-denied' }))), 'not certain'],
    [
      'of Kubernetes itself',
      of(withLive({}, 'found', about({ namespace: { ...FINDING.namespace, name: 'kube-public' } }))),
      'protected',
    ],
    ['that is protected', of(withLive()), 'protected', ['pay*']],
    ['without a playbook', withLive(), 'playbook'],
    ['of an unknown cluster', of(withLive({}, 'found', about({ cluster: {} }))), 'playbook'],
    ['that nobody looked at', of(HIGH), 'confirm'],
    ['whose look failed', of(withLive({}, 'not-checked')), 'confirm'],
    ['that is another by now', of(withLive({ live: 'other-uid' })), 'confirm'],
    ['that is gone', of(withLive({ live: 'absent' })), 'confirm'],
    ['that was found by name only', of(withLive({ live: 'present' })), 'confirm'],
    ['whose UIDs differ', of(withLive({ uid: '2d3c4b5a-0000-4111-8222-000000000000' })), 'confirm'],
    ['without an age', of(withLive({ createdAt: 'yesterday' })), 'age'],
    ['of an hour', of(withLive({ createdAt: '2026-11-23T06:02:45Z' })), 'older'],
  ])('but not for one %s', (_, alert, why, names = []) => {
    expect(obstacle(alert, 'HIGH', names, NOW)).toContain(why);
  });

  test('nor where it is switched off', () => {
    expect(obstacle(of(graded('CRITICAL')), 'never', [], NOW)).toContain('switched off');
  });

  test('and the reason names nobody', () => {
    const alert = of(withLive({}, 'found', about({ namespace: { ...FINDING.namespace, name: 'kube-public' } })));
    expect(obstacle(alert, 'HIGH', [], NOW)).not.toContain('kube-public');
  });
});

test('the setting is read, and nothing starts without it', () => {
  expect(readAutoStart(undefined)).toEqual({ from: 'never', maxPerHour: 0 });
  expect(readAutoStart('{"severity":"HIGH","maxPerHour":3}')).toEqual({ from: 'HIGH', maxPerHour: 3 });
  for (const text of ['HIGH', '{}', '{"severity":"high","maxPerHour":3}', '{"severity":"HIGH","maxPerHour":0}'])
    expect(() => readAutoStart(text)).toThrow('environment variable AUTO_START is not');
});

/** The function with a register and a playbook that note what they are asked. */
class World {
  readonly table = new LocalFindingsTable(() => NOW);
  readonly digests = localDigests(() => NOW);
  readonly sender = new LocalSender();
  readonly starts: { machine: string; name: string; input: object; published: number }[] = [];
  counted = 0;
  max = 2;
  fail: 'count' | 'start' | undefined;

  invoke(
    answer: object = CONFIRMED,
    parts: Partial<AlertClients> = {},
    from: 'HIGH' | 'never' = 'HIGH',
    look?: object,
  ) {
    const settings: AlertSettings = {
      destinations: TOPICS,
      leaseMs: 45_000,
      archiveMs: 50,
      recordPausesMs: [0],
      playbooks: PLAYBOOKS,
      autoStart: { from, maxPerHour: this.max },
    };
    const clients: AlertClients = {
      table: this.table,
      digests: this.digests,
      senders: { sns: this.sender, eventbridge: this.sender },
      archive: { store: async (key) => `s3://evidence/${key}` },
      autoStart: {
        register: {
          countStart: async (max) => {
            if (this.fail === 'count') throw new TypeError('no register');
            return ++this.counted <= max;
          },
        },
        playbooks: (machine) => ({
          start: async (name, input) => {
            if (this.fail === 'start') throw new TypeError('no machine');
            const isNew = !this.starts.some((start) => start.name === name);
            this.starts.push({ machine, name, input, published: this.sender.sent.length });
            return isNew ? `${machine}:${name}` : undefined;
          },
        }),
      },
      ...parts,
    };
    const record = succeeded(answer);
    const event = look ? { ...record, requestPayload: { ...record.requestPayload, ...look } } : record;
    return createHandler(clients, settings, () => NOW)(event, CONTEXT);
  }

  mails = () =>
    this.sender.sent
      .filter(({ destination }) => destination === 'topic')
      .map(({ message }) => ({
        subject: message.subject,
        mail: (bodies(message)['email'] ?? '').replace(/\s+/g, ' '),
      }));
}
const CONFIRMED = { ...INVESTIGATION, evidence: [live({}), ...INVESTIGATION.evidence] };
const SAYS = 'Isolation is being started automatically.';

let world: World;
beforeEach(() => {
  world = new World();
});

describe('the alert', () => {
  test('says that isolation is being started, and it is, once the alert is out', async () => {
    await expect(world.invoke()).resolves.toMatchObject({
      destinations: ['topic', 'chat'],
      autoStart: { state: 'started' },
    });
    expect(world.mails()[0]?.mail).toContain(SAYS);
    expect(world.sender.sent[1]?.message.body).toContain(SAYS);
    const json = JSON.parse(bodies(world.sender.sent[0]?.message as never).default) as Alert;
    expect(json.autoStart).toEqual({ stateMachine: PLAYBOOKS.default?.contain, name: `auto-${FINDING.id}` });
    expect(world.starts).toEqual([
      {
        machine: PLAYBOOKS.default?.contain,
        name: `auto-${FINDING.id}`,
        input: expect.objectContaining({ mode: 'isolate', uid: FINDING.namespace.uid, findingId: FINDING.id }),
        published: 2,
      },
    ]);
    // Nothing that ends anything starts by itself.
    expect(world.starts[0]?.input).not.toHaveProperty('scope');
  });

  test.each<[string, object | undefined, 'HIGH' | 'never', object | undefined]>([
    [
      'the API server does not confirm it',
      INVESTIGATION,
      'HIGH',
      { state: 'not', why: 'The live API server does not confirm the UID.' },
    ],
    ['it is switched off', CONFIRMED, 'never', undefined],
  ])('says nothing of it where %s', async (_, answer, from, autoStart) => {
    const sent = await world.invoke(answer, {}, from);
    expect(sent.destinations).toEqual(['topic', 'chat']);
    expect('autoStart' in sent ? sent.autoStart : undefined).toEqual(autoStart);
    expect(world.starts).toEqual([]);
    expect(world.mails()[0]?.mail).not.toContain(SAYS);
  });

  test('says nothing of it where as many as are allowed were started', async () => {
    world.max = 0;
    await expect(world.invoke()).resolves.toMatchObject({
      autoStart: { state: 'not', why: expect.stringContaining('in this hour') },
    });
    expect(world.mails()[0]?.mail).not.toContain(SAYS);
    expect(world.starts).toEqual([]);
  });

  test('goes out where the register fails, and nothing is started', async () => {
    world.fail = 'count';
    await expect(world.invoke()).resolves.toMatchObject({
      destinations: ['topic', 'chat'],
      autoStart: { state: 'failed', error: 'TypeError' },
    });
    expect(world.mails()).toHaveLength(1);
    expect(world.mails()[0]?.mail).not.toContain(SAYS);
  });

  test.each(['count', 'start'] as const)(
    'is counted as an isolation that did not start where the %s fails',
    async (fail) => {
      jest.replaceProperty(process.env, 'POWERTOOLS_METRICS_DISABLED', 'false');
      const written: string[] = [];
      jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
      world.fail = fail;
      await world.invoke();
      jest.restoreAllMocks();
      const metrics = written.flatMap((text) => text.split('\n')).filter((line) => line.includes('"_aws"'));
      expect(metrics.map((line) => JSON.parse(line))).toMatchObject([
        { service: 'alert', problem: 'isolation-not-started', Problem: 1 },
      ]);
    },
  );

  test('is followed by the truth where the start fails', async () => {
    world.fail = 'start';
    await expect(world.invoke()).resolves.toMatchObject({
      destinations: ['topic', 'chat'],
      autoStart: { state: 'failed', error: 'TypeError' },
    });
    const [, second] = world.mails();
    expect(second?.subject).toBe('NOT CONTAINED: payments in prod [nsf-0123456789ab]');
    expect(second?.mail).toContain('Isolation could not be started automatically');
    expect(second?.mail).toContain('"mode":"isolate"');
  });

  test('that was sent by a process that died before the start is not sent again, and the start is made up for', async () => {
    const table: AlertClients['table'] = {
      leaseDelivery: (...args) => world.table.leaseDelivery(...args),
      delivered: (key, destination, receipt) => world.table.delivered(key, destination, receipt),
      looked: (...args) => world.table.looked(...args),
      playbookEnded: (...args) => world.table.playbookEnded(...args),
      releaseDelivery: (...args) => world.table.releaseDelivery(...args),
      alerted: () => Promise.reject(new Error('died')),
    };
    await expect(world.invoke(CONFIRMED, { table })).rejects.toThrow('died');
    await expect(world.invoke()).resolves.toMatchObject({ destinations: [], autoStart: { state: 'already' } });
    expect(world.mails()).toHaveLength(1);
    expect(new Set(world.starts.map(({ name }) => name)).size).toBe(1);
    await expect(world.invoke()).resolves.toEqual({ destinations: [], duplicate: true });
  });

  test('that is an update starts it, where the severity rose', async () => {
    await world.table.claim(FINDING, 45_000);
    const low = { ...CONFIRMED, assessment: { score: 10, severity: 'LOW', indicators: [] } };
    await expect(world.invoke(low)).resolves.toMatchObject({ autoStart: { state: 'not' } });
    const look = { look: 1, previous: { severity: 'LOW', indicators: {} } };
    await expect(world.invoke(CONFIRMED, {}, 'HIGH', look)).resolves.toMatchObject({ autoStart: { state: 'started' } });
    expect(world.mails()[1]?.mail).toContain(SAYS);
  });
});
