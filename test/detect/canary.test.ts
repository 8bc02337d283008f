/** A canary is only: a stored nonce, that identity, no impersonation, 403. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { LocalCanaries } from '../../functions/clients/local/canaries.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalDrills } from '../../functions/clients/local/drills.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { CANARY_LATE_MS, CANARY_MANAGER, READ_BY_WATCH } from '../../functions/contract/canary.ts';
import type { InvestigationRequest } from '../../functions/contract/investigation.ts';
import { createHandler } from '../../functions/detect/handler.ts';
import { creation, delivery, line, refusal, role } from './events.ts';

const NONCE = '0b5c0a52-8d0c-4d5e-9f2a-6f4a3a1b2c3d';
const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const ROLE = 'arn:aws:iam::111122223333:role/NamespaceSentinel-Watch';

const watcher = (changes = {}) =>
  role({
    username: 'arn:aws:sts::111122223333:assumed-role/NamespaceSentinel-Watch/watch',
    groups: ['namespace-sentinel:watch', 'system:authenticated'],
    extra: { canonicalArn: [ROLE] },
    ...changes,
  });
const uri = (nonce = NONCE) => `/api/v1/namespaces?dryRun=All&fieldManager=${CANARY_MANAGER}${nonce}`;
/** What the API server writes about a canary: a POST that RBAC refuses has neither a name nor a body. */
const refused = (changes = {}) =>
  refusal(403, {
    auditID: 'audit-1',
    requestURI: uri(),
    user: watcher(),
    objectRef: { resource: 'namespaces', apiVersion: 'v1' },
    requestObject: undefined,
    ...changes,
  });

let output: string[];
beforeEach(() => {
  output = [];
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => output.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
});
const counted = () =>
  output
    .flatMap((text) => text.split('\n'))
    .filter((text) => text.includes('"_aws"'))
    .map((text) => JSON.parse(text));

async function setup(sentAt = Date.now()) {
  const canaries = new LocalCanaries();
  await canaries.keep({ nonce: NONCE, cluster: CLUSTER, principal: ROLE, sentAt });
  const started: InvestigationRequest[] = [];
  const handler = createHandler(
    {
      table: new LocalFindingsTable(),
      digests: localDigests(),
      investigator: { start: async (request) => void started.push(request) },
      rejected: { keep: async () => {} },
      canaries,
      drills: new LocalDrills(),
    },
    { maxUnzippedBytes: 64 * 1024 * 1024, region: 'eu-central-1', heldPausesMs: [] },
  );
  const deliver = (events: object[], changes = {}) =>
    handler(
      delivery(
        events.map((event) => line(event as Record<string, unknown>)),
        changes,
      ),
      {
        functionName: 'detect',
        awsRequestId: '1',
      } as Context,
    );
  const send = (...events: object[]) => deliver(events);
  /** As *watch* hands over what it has read in the log. */
  const replay = (...events: object[]) => deliver(events, { subscriptionFilters: [READ_BY_WATCH] });
  return { send, replay, started, canaries };
}

describe('a canary', () => {
  test('is counted for its cluster, and is not a finding', async () => {
    const { send, started, canaries } = await setup(1_000);
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_000 + CANARY_LATE_MS);
    await expect(send(refused())).resolves.toMatchObject({ canaries: 1, nothing: 0, handedOver: 0, digested: 0 });
    now.mockRestore();
    expect(started).toEqual([]);
    expect(counted()).toMatchObject([{ service: 'detect', cluster: 'prod', CanaryArrived: 1 }]);
    await expect(canaries.state(CLUSTER)).resolves.toEqual({ arrivedAt: 1_000 });
  });

  test('that was longer on its way than the alarm waits is recognised, and not counted', async () => {
    const { send } = await setup(Date.now() - CANARY_LATE_MS - 1);
    await expect(send(refused())).resolves.toMatchObject({ canaries: 1 });
    expect(counted()).toEqual([]);
  });

  test('that watch has read in the log is recognised, and says nothing of the way until it is delivered', async () => {
    const { send, replay, started, canaries } = await setup();
    await expect(replay(refused())).resolves.toMatchObject({ canaries: 1, nothing: 0, handedOver: 0, digested: 0 });
    expect(counted()).toEqual([]);
    await expect(canaries.state(CLUSTER)).resolves.toEqual({});
    await send(refused());
    expect(counted()).toHaveLength(1);
    await expect(canaries.state(CLUSTER)).resolves.toHaveProperty('arrivedAt');
    expect(started).toEqual([]);
  });

  test('that is delivered again is the same canary', async () => {
    const { send } = await setup();
    await send(refused());
    await expect(send(refused())).resolves.toMatchObject({ canaries: 1, nothing: 0 });
  });

  test('that somebody repeats ten thousand times does nothing, and counts once', async () => {
    const { send, started } = await setup();
    const replays = Array.from({ length: 10_000 }, (_, index) => refused({ auditID: `audit-${index}` }));
    await expect(send(...replays)).resolves.toMatchObject({ canaries: 1, nothing: 9_999, handedOver: 0, digested: 0 });
    expect(counted()).toHaveLength(1);
    expect(started).toEqual([]);
  });

  test.each<[string, object]>([
    ['a nonce that was not stored', { requestURI: uri('11111111-1111-1111-1111-111111111111') }],
    ['a nonce that is not one', { requestURI: uri('x') }],
    ['no nonce', { requestURI: '/api/v1/namespaces?dryRun=All' }],
    ['another identity in the group', { user: watcher({ extra: { canonicalArn: [`${ROLE}2`] } }) }],
    ['the identity outside its group', { user: watcher({ groups: ['system:authenticated'] }) }],
    ['a user name that only reads like the role', { user: { username: ROLE, groups: ['namespace-sentinel:watch'] } }],
    ['the identity as another', { impersonatedUser: { username: 'x', groups: ['namespace-sentinel:watch'] } }],
    ['another code', { responseStatus: { code: 401 } }],
    ['another verb', { verb: 'patch' }],
    ['another resource', { objectRef: { resource: 'pods' } }],
    ['no audit id', { auditID: undefined }],
  ])('is not: %s', async (_, changes) => {
    const { send } = await setup();
    await expect(send(refused(changes))).resolves.toMatchObject({ canaries: 0 });
    expect(counted()).toEqual([]);
  });

  test('is not one of another cluster of the account', async () => {
    const { send, canaries } = await setup();
    await canaries.keep({ nonce: NONCE, cluster: { ...CLUSTER, name: 'other' }, principal: ROLE, sentAt: Date.now() });
    await expect(send(refused())).resolves.toMatchObject({ canaries: 0, nothing: 1 });
  });
});

describe('what watch is let do', () => {
  test('is a finding, also where it was a dry run', async () => {
    const { send, started } = await setup();
    const dryRun = creation({
      requestURI: uri(),
      user: watcher(),
      responseObject: { kind: 'Namespace', metadata: { name: 'namespace-sentinel-canary', uid: 'u' } },
    });
    await expect(send(dryRun, creation({ auditID: 'other', user: watcher() }))).resolves.toMatchObject({
      handedOver: 2,
    });
    expect(started.map(({ finding }) => finding.outcome)).toEqual(['outcome-unknown', 'created']);
  });

  test('is a dry run like any other where somebody acts as a member of the group', async () => {
    const { send } = await setup();
    const dryRun = creation({
      requestURI: uri(),
      impersonatedUser: { username: 'x', groups: ['namespace-sentinel:watch'] },
      responseObject: { kind: 'Namespace', metadata: { name: 'n', uid: 'u' } },
    });
    await expect(send(dryRun)).resolves.toMatchObject({ nothing: 1 });
  });
});
