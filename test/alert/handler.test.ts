import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { DeliveryHeldError } from '../../functions/alert/delivery.ts';
import { type AlertClients, type AlertResult, createHandler } from '../../functions/alert/handler.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Sender } from '../../functions/clients/send/sender.ts';
import type { Alert } from '../../functions/contract/alert.ts';
import { alertFolder } from '../../functions/contract/alert-key.ts';
import { Unreadable } from '../../functions/contract/errors.ts';
import { about, FINDING, HIGH, TOPICS } from './examples.ts';
import { failed, succeeded } from './records.ts';

const LEASE_MS = 45_000;
const CONTEXT = { functionName: 'alert', awsRequestId: 'request-1' } as Context;

/** One world: what the function talks to, with a clock of its own. */
class World {
  now = Date.parse('2026-11-23T07:02:45Z');
  readonly table = new LocalFindingsTable(() => this.now);
  readonly digests = localDigests(() => this.now);
  readonly sender = new LocalSender();
  readonly stored: string[] = [];
  readonly archive = {
    store: async (key: string): Promise<string> => {
      this.stored.push(key);
      return `s3://evidence/${key}`;
    },
  };

  /** Invokes the function, with some of its clients replaced. */
  invoke(
    event: unknown,
    { chat = false, ...clients }: Partial<AlertClients> & { chat?: boolean } = {},
  ): Promise<AlertResult> {
    const destinations = chat ? TOPICS : TOPICS.slice(0, 1);
    const settings = { destinations, leaseMs: LEASE_MS, archiveMs: 50, recordPausesMs: [0, 0] };
    const { table, digests, sender, archive } = this;
    return createHandler(
      { table, digests, senders: { sns: sender, eventbridge: sender }, archive, ...clients },
      settings,
      () => this.now,
    )(event, CONTEXT);
  }

  /** Invokes as Lambda does: again after one minute and after two more, while it fails. */
  async invokeWithRetries(event: unknown, clients: Parameters<World['invoke']>[1][]): Promise<void> {
    for (const [attempt, pause] of [0, 60_000, 120_000].entries()) {
      this.now += pause;
      try {
        await this.invoke(event, clients[attempt]);
        return;
      } catch {}
    }
  }

  destinations = (): string[] => this.sender.sent.map(({ destination }) => destination);
}

/** A method that fails as the AWS SDK does. */
const failing = (name: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`${name}: not now`), { name });
};

/** The table with some methods replaced. */
const tableWith = (table: LocalFindingsTable, methods: Partial<AlertClients['table']>): AlertClients['table'] => ({
  leaseDelivery: (id, ms) => table.leaseDelivery(id, ms),
  delivered: (id, destination) => table.delivered(id, destination),
  alerted: (...alerted) => table.alerted(...alerted),
  looked: (...looked) => table.looked(...looked),
  playbookEnded: (...ended) => table.playbookEnded(...ended),
  releaseDelivery: (id, token) => table.releaseDelivery(id, token),
  ...methods,
});

let world: World;
let output: string[];
beforeEach(() => {
  world = new World();
  output = [];
  process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const lines = () => output.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{'));
/** The problems counted; a metric of another kind would have none. */
const problems = (): unknown[] =>
  lines()
    .filter((line) => line.includes('"_aws"'))
    .map((line) => JSON.parse(line))
    .map(({ service, problem, Problem }: Record<string, unknown>) => [service, problem, Problem]);
const INCOMPLETE = ['alert', 'alert-incomplete', 1];
const handled = () =>
  lines()
    .filter((line) => line.includes('alert handled'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('an alert', () => {
  test('is stored, published, and written down', async () => {
    const sent = await world.invoke(succeeded());
    expect(sent).toEqual({ destinations: ['topic'], duplicate: false });
    const key = `alerts/111122223333/us-east-1/prod/${FINDING.id}/alert.json`;
    const report = key.replace('alert.json', 'report.html');
    expect(world.stored).toEqual([key, report]);
    const [published] = world.sender.sent;
    const json = JSON.parse(bodies(published?.message ?? { body: '{}', byProtocol: true, attributes: {} }).default);
    expect(json).toEqual({ ...HIGH, archive: `s3://evidence/${key}`, report: `s3://evidence/${report}` });
    expect(world.table.items.get(FINDING.id)?.state).toBe('alerted');
    expect(handled()).toMatchObject([{ outcome: 'created', severity: 'HIGH', bare: false, duplicate: false }]);
    expect(problems()).toEqual([]);
  });

  test('goes out bare when the investigation failed', async () => {
    await world.invoke(failed({ errorType: 'TypeError', errorMessage: 'secret' }));
    expect(world.sender.sent[0]?.message.subject).toContain('UNKNOWN: ');
    expect(world.sender.sent[0]?.message.body).toContain('It crashed (TypeError)');
    expect(handled()).toMatchObject([{ severity: 'UNKNOWN', bare: true }]);
    expect(problems()).toEqual([INCOMPLETE]);
    expect(output.join('') + JSON.stringify(world.sender.sent)).not.toContain('secret');
  });

  test('goes to chat, too, where that is configured', async () => {
    expect(await world.invoke(succeeded(), { chat: true })).toEqual({
      destinations: ['topic', 'chat'],
      duplicate: false,
    });
    expect(JSON.parse(world.sender.sent[1]?.message.body ?? '')).toMatchObject({ source: 'custom' });
  });

  test('is sent once, however often Lambda delivers the record', async () => {
    await world.invoke(succeeded());
    for (const record of [succeeded(), failed({})])
      expect(await world.invoke(record)).toEqual({ destinations: [], duplicate: true });
    expect(world.destinations()).toEqual(['topic']);
    expect(handled().map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
    expect(problems()).toEqual([]);
  });

  test('is sent once when two deliveries come at the same time', async () => {
    const results = await Promise.allSettled([world.invoke(succeeded()), world.invoke(succeeded())]);
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toEqual([{ status: 'rejected', reason: expect.any(DeliveryHeldError) }]);
    world.now += 60_000;
    expect(await world.invoke(succeeded())).toMatchObject({ duplicate: true });
    expect(world.destinations()).toEqual(['topic']);
  });

  test('logs nothing that an attacker chose', async () => {
    const finding = about({ namespace: { name: 'evil-name' }, actor: { kind: 'user', username: 'evil-user' } }).finding;
    await world.invoke(succeeded(undefined, finding));
    expect(output.join('')).toContain('alert handled');
    expect(output.join('')).not.toContain('evil');
  });
});

describe('when SNS fails', () => {
  const sendersThat = (send: Sender['send']): AlertClients['senders'] => ({ sns: { send }, eventbridge: { send } });

  test.each(['ThrottledException', 'AuthorizationErrorException', 'TimeoutError'])(
    'with %s, the retry sends the alert',
    async (name) => {
      const down = { senders: sendersThat(failing(name)) };
      await expect(world.invoke(succeeded(), down)).rejects.toThrow(name);
      expect(world.table.items.get(FINDING.id)?.state).toBe('handed-over');
      await world.invokeWithRetries(succeeded(), [down, {}]);
      expect(world.destinations()).toEqual(['topic']);
      expect(world.table.items.get(FINDING.id)?.state).toBe('alerted');
    },
  );

  test('the retry need not wait for the lease', async () => {
    await expect(world.invoke(succeeded(), { senders: sendersThat(failing('Down')) })).rejects.toThrow('Down');
    expect(await world.invoke(succeeded())).toMatchObject({ destinations: ['topic'] });
  });

  test('for good, every attempt fails, so that the record reaches the dead-letter queue', async () => {
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(world.invoke(succeeded(), { senders: sendersThat(failing('Down')) })).rejects.toThrow('Down');
  });
});

describe('when chat fails', () => {
  const chatDown = (sender: LocalSender): AlertClients['senders'] => ({
    sns: { send: (id, message) => (id === 'chat' ? failing('ChatDown')() : sender.send(id, message)) },
    eventbridge: sender,
  });

  test('the mail is not repeated', async () => {
    const down = { chat: true, senders: chatDown(world.sender) };
    await expect(world.invoke(succeeded(), down)).rejects.toThrow('ChatDown');
    await world.invokeWithRetries(succeeded(), [down, down, { chat: true }]);
    expect(world.destinations()).toEqual(['topic', 'chat']);
    expect(world.table.items.get(FINDING.id)?.state).toBe('alerted');
  });
});

test('a destination that takes nothing keeps the alert from no other', async () => {
  const sns: Sender = {
    send: (id, message) => (id === 'topic' ? failing('TopicDown')() : world.sender.send(id, message)),
  };
  await expect(world.invoke(succeeded(), { chat: true, senders: { sns, eventbridge: world.sender } })).rejects.toThrow(
    'TopicDown',
  );
  expect(world.destinations()).toEqual(['chat']);
  expect(await world.invoke(succeeded(), { chat: true })).toEqual({ destinations: ['topic'], duplicate: false });
});

describe('when the archive fails', () => {
  test.each<[string, () => Promise<string>]>([
    ['with an error', failing('AccessDenied')],
    ['by not answering', () => new Promise<string>(() => undefined)],
  ])('%s, the alert goes out and says so', async (_, store) => {
    const sent = await world.invoke(succeeded(), { archive: { store } });
    expect(sent).toMatchObject({ destinations: ['topic'], archiveFailed: expect.any(String) });
    const message = world.sender.sent[0]?.message;
    expect(message?.body).toContain('The whole alert could not be stored');
    const json = JSON.parse(bodies(message ?? { body: '', byProtocol: false, attributes: {} }).default) as Alert;
    expect(json.archive).toBeUndefined();
    expect(problems()).toEqual([INCOMPLETE]);
  });
});

describe('when the findings table fails', () => {
  test('before the alert is sent, the retry sends it once', async () => {
    const table = tableWith(world.table, { leaseDelivery: failing('ProvisionedThroughputExceededException') });
    await expect(world.invoke(succeeded(), { table })).rejects.toThrow('ProvisionedThroughputExceededException');
    expect(world.destinations()).toEqual([]);
    await world.invokeWithRetries(succeeded(), [{ table }, {}]);
    expect(world.destinations()).toEqual(['topic']);
  });

  test('for a moment after the alert was sent, there is no second copy', async () => {
    let failures = 2;
    const delivered: AlertClients['table']['delivered'] = (id, destination) =>
      failures-- > 0 ? failing('Throttled')() : world.table.delivered(id, destination);
    await world.invoke(succeeded(), { table: tableWith(world.table, { delivered }) });
    expect(world.table.items.get(FINDING.id)?.state).toBe('alerted');
    expect(await world.invoke(succeeded())).toMatchObject({ duplicate: true });
    expect(world.destinations()).toEqual(['topic']);
  });

  test('to write down the end only, there is no second copy', async () => {
    const table = tableWith(world.table, { alerted: failing('Down') });
    await expect(world.invoke(succeeded(), { table })).rejects.toThrow('Down');
    expect(await world.invoke(succeeded())).toEqual({ destinations: [], duplicate: false });
    expect(world.destinations()).toEqual(['topic']);
    expect(world.table.items.get(FINDING.id)?.state).toBe('alerted');
  });
});

test('a process that dies between publish and record costs exactly one second copy, with the same id', async () => {
  // Nothing after the publishing happens any more, not even the giving back of the lease.
  const dead = new Promise<never>(() => undefined);
  let published = (): void => undefined;
  const afterPublishing = new Promise<void>((resolve) => {
    published = resolve;
  });
  const delivered = (): Promise<never> => {
    published();
    return dead;
  };
  void world.invoke(succeeded(), { table: tableWith(world.table, { delivered }) });
  await afterPublishing;
  await expect(world.invoke(succeeded())).rejects.toThrow(DeliveryHeldError);
  await world.invokeWithRetries(succeeded(), [{}, {}, {}]);
  expect(await world.invoke(succeeded())).toMatchObject({ duplicate: true });
  expect(world.destinations()).toEqual(['topic', 'topic']);
  const subjects = world.sender.sent.map(({ message }) => message.subject);
  expect(subjects[0]).toBe(subjects[1]);
});

test('a record without a finding fails each time, so that it reaches the dead-letter queue', async () => {
  await expect(world.invoke({ Records: [] })).rejects.toThrow(Unreadable);
  expect(world.destinations()).toEqual([]);
  expect(world.table.items.size).toBe(0);
});

test('the key in the archive cannot be steered by names', () => {
  expect(alertFolder({ name: '../x', region: 'a/b', account: '1' }, FINDING.id)).toBe(
    `alerts/unknown/unknown/unknown/${FINDING.id}/`,
  );
});
