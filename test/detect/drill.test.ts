/** A drill is only: a registered nonce, that cluster, that name, that identity as itself, that time, one request. */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { LocalDrills } from '../../functions/clients/local/drills.ts';
import { DynamoDrillArrivals } from '../../functions/clients/table/dynamo-drill-arrivals.ts';
import { DynamoDrills } from '../../functions/clients/table/dynamo-drills.ts';
import { DRILL_LABEL, DRILL_MANAGER } from '../../functions/contract/drill.ts';
import { creation, delivery, line, role } from './events.ts';
import { setup } from './neighbours.ts';

const NONCE = '0b5c0a52-8d0c-4d5e-9f2a-6f4a3a1b2c3d';
const CLUSTER = { name: 'prod', region: 'eu-central-1', account: '111122223333' };
const AT = Date.parse('2026-11-23T07:02:51.301986Z');
const DRILL = {
  nonce: NONCE,
  cluster: CLUSTER,
  namespace: 'team-a',
  principal: 'arn:aws:iam::111122223333:role/Dev',
  from: AT - 1_000,
  until: AT + 1_000,
};
const uri = (nonce = NONCE) => `/api/v1/namespaces?fieldManager=${DRILL_MANAGER}${nonce}`;
const made = (changes = {}) => creation({ requestURI: uri(), ...changes });
const labelled = (labels: Record<string, string>) => {
  const { responseObject } = creation() as { responseObject: { metadata: object } };
  return { ...responseObject, metadata: { ...responseObject.metadata, labels } };
};

async function detected(events: object[], drills: (typeof DRILL)[] = [DRILL]) {
  const neighbours = setup();
  for (const drill of drills) await neighbours.drills.register(drill);
  for (const event of events) await neighbours.send(delivery([line(event as Record<string, unknown>)]));
  return neighbours.started.map(({ finding }) => finding);
}

describe('the namespace of a drill', () => {
  test('is a finding like any other but for its mark', async () => {
    const [marked] = await detected([made()]);
    const [plain] = await detected([creation()]);
    expect(marked?.drill).toBe('registered');
    expect({ ...marked, drill: undefined, source: undefined }).toEqual({ ...plain, source: undefined });
  });

  test('keeps its mark in the table, by which later looks know it', async () => {
    const neighbours = setup();
    await neighbours.drills.register(DRILL);
    await neighbours.send(delivery([line(made())]));
    const id = neighbours.started[0]?.finding.id ?? '';
    await expect(neighbours.table.find(id)).resolves.toMatchObject({ finding: { drill: 'registered' } });
  });

  test('that is delivered again is the same drill', async () => {
    const neighbours = setup();
    await neighbours.drills.register(DRILL);
    for (const _ of [1, 2]) await neighbours.send(delivery([line(made())]));
    expect(neighbours.started.map(({ finding }) => finding.drill)).toEqual(['registered']);
  });

  test('is one alone: a second request with its nonce is not it', async () => {
    const responseObject = { ...labelled({}), metadata: { ...labelled({}).metadata, uid: crypto.randomUUID() } };
    const found = await detected([made(), made({ auditID: 'another', responseObject })]);
    expect(found.map(({ drill }) => drill)).toEqual(['registered', 'said']);
  });

  test('is not a record that contradicts it, though it has the same id of the request', async () => {
    const found = await detected([
      made(),
      made({ user: role({ username: 'arn:aws:sts::111122223333:assumed-role/Dev/mallory' }) }),
    ]);
    expect(found.map(({ drill, source }) => [drill, source.contradicts !== undefined])).toEqual([
      ['registered', false],
      ['said', true],
    ]);
  });

  test.each<[string, object, object?]>([
    ['nothing was registered', {}, { nonce: '11111111-1111-1111-1111-111111111111' }],
    ['another name', {}, { namespace: 'team-b' }],
    ['another cluster of the account', {}, { cluster: { ...CLUSTER, name: 'other' } }],
    ['another account', {}, { cluster: { ...CLUSTER, account: '444455556666' } }],
    ['another identity', {}, { principal: 'arn:aws:iam::111122223333:role/Other' }],
    ['too early', {}, { from: AT + 1 }],
    ['too late', {}, { until: AT - 1 }],
    ['the identity as another', { impersonatedUser: { username: 'x', groups: ['y'] } }],
    ['a user name that only reads like the role', { user: { username: DRILL.principal, groups: [] } }],
    ['no audit id', { auditID: undefined }],
    ['no time', { requestReceivedTimestamp: undefined }],
    ['a label alone', { requestURI: '/api/v1/namespaces', responseObject: labelled({ [DRILL_LABEL]: NONCE }) }],
    [
      'the nonce in a label',
      { requestURI: '/api/v1/namespaces', responseObject: labelled({ [DRILL_LABEL]: `${DRILL_MANAGER}${NONCE}` }) },
    ],
  ])('only says that it is one: %s', async (_, event, drill = {}) => {
    const [finding, ...others] = await detected([made(event)], [{ ...DRILL, ...drill }]);
    expect(finding?.drill).toBe('said');
    expect(others).toEqual([]);
  });

  test.each([['x'], [`${NONCE}0`], ['']])('a nonce that is not one says nothing: %j', async (nonce) => {
    const [finding] = await detected([made({ requestURI: uri(nonce) })]);
    expect(finding).toBeDefined();
    expect(finding?.drill).toBeUndefined();
  });

  test('whoever calls a flood of namespaces drills has them told as the flood that they are', async () => {
    const neighbours = setup();
    const flood = Array.from({ length: 200 }, (_, index) => {
      const name = `drill-${index}`;
      const metadata = { ...labelled({ [DRILL_LABEL]: 'true' }).metadata, name, uid: crypto.randomUUID() };
      return line(
        made({
          auditID: name,
          objectRef: { resource: 'namespaces', name },
          responseObject: { ...labelled({}), metadata },
        }),
      );
    });
    const counted = await neighbours.send(delivery(flood));
    const plain = setup();
    const same = flood.map((text) => text.replaceAll(DRILL_MANAGER, 'kubectl-').replaceAll(DRILL_LABEL, 'a'));
    await expect(plain.send(delivery(same))).resolves.toEqual(counted);
  });
});

const db = mockClient(DynamoDBClient);
const arrival = { nonce: NONCE, namespace: 'team-a', principal: DRILL.principal, auditId: 'a', at: AT };

describe('the table', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });

  test('holds a drill under its nonce, for two days, and never twice', async () => {
    db.reset();
    db.on(PutItemCommand)
      .resolvesOnce({})
      .rejects(new ConditionalCheckFailedException({ message: '', $metadata: {}, Item: { id: { S: 'drill#' } } }));
    const drills = new DynamoDrills(client, 'findings');
    await drills.register(DRILL);
    expect(db.commandCalls(PutItemCommand)[0]?.args[0].input).toMatchObject({
      ConditionExpression: 'attribute_not_exists(id)',
      Item: {
        id: { S: `drill#${NONCE}` },
        place: { S: '111122223333#eu-central-1#prod' },
        madeNamespace: { S: 'team-a' },
        principal: { S: DRILL.principal },
        validFrom: { N: String(DRILL.from) },
        validUntil: { N: String(DRILL.until) },
      },
    });
    await expect(drills.register(DRILL)).rejects.toThrow(/registered already/);
  });

  test('confirms one under every condition, and passes on what fails', async () => {
    db.reset();
    db.on(UpdateItemCommand)
      .resolvesOnce({})
      .rejectsOnce(new ConditionalCheckFailedException({ message: '', $metadata: {} }))
      .rejects(new Error('throttled'));
    const arrivals = new DynamoDrillArrivals(client, 'findings');
    await expect(arrivals.arrived(arrival, CLUSTER)).resolves.toBe(true);
    const { ConditionExpression: condition = '' } = db.commandCalls(UpdateItemCommand)[0]?.args[0].input ?? {};
    for (const part of [
      'place = ',
      'madeNamespace = ',
      'principal = ',
      'validFrom <= ',
      'validUntil >= ',
      'auditId = ',
    ])
      expect(condition).toContain(part);
    await expect(arrivals.arrived(arrival, CLUSTER)).resolves.toBe(false);
    await expect(arrivals.arrived(arrival, CLUSTER)).rejects.toThrow('throttled');
  });

  test('in memory is as strict', async () => {
    const drills = new LocalDrills();
    await drills.register(DRILL);
    await expect(drills.register(DRILL)).rejects.toThrow(/registered already/);
    await expect(drills.arrived({ ...arrival, namespace: 'x' }, CLUSTER)).resolves.toBe(false);
    await expect(drills.arrived(arrival, CLUSTER)).resolves.toBe(true);
    await expect(drills.arrived({ ...arrival, auditId: 'b' }, CLUSTER)).resolves.toBe(false);
  });
});
