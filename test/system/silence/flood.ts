/** A flood by one actor, with one creation of another in the middle of it. */
import { type AttributeValue, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { expect } from '@jest/globals';
import { SINGLES } from '../../../functions/contract/digest.ts';
import { ITEM_KEYS } from '../../../functions/contract/item-keys.ts';
import type { Received } from '../../../tools/twin/alerts.ts';
import { kubeRequest } from '../../../tools/twin/kube.ts';
import type { Report } from '../../../tools/twin/report.ts';
import { until } from '../until.ts';
import { CUTS } from './cuts.ts';
import type { Scene } from './scene.ts';

const MANY = 1_000;
/** Requests side by side. */
const WIDTH = 50;
/** Of an alert, while a flood is handled on two processors. */
const PROMPTLY_MS = 120_000;

export async function flood(scene: Scene, report: Report): Promise<void> {
  // Not looked at in seconds what is looked at over hours.
  await CUTS['watch killed'].cut(scene);
  await scene.stack.alerts.collect(0);
  const token = await scene.stack.identities.roleToken('Dev', 'mallory');
  const create = async (number: number): Promise<void> => {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `flood-${number}` } };
    const { code } = await kubeRequest(scene.stack.endpoint, token, {
      method: 'POST',
      path: '/api/v1/namespaces',
      body,
    });
    if (code !== 201) throw new Error(`flood-${number}: ${code}`);
  };
  const began = performance.now();
  let other = { uid: '', at: 0 };
  for (let start = 0; start < MANY; start += WIDTH) {
    if (start === MANY / 2) other = { uid: await scene.create('not-of-the-flood', 'Admin'), at: performance.now() };
    await Promise.all(Array.from({ length: WIDTH }, (_, index) => create(start + index)));
  }
  const received: Received[] = [];
  const ofOther = () => received.filter(({ alert }) => alert.finding?.namespace.uid === other.uid);
  await until(
    'the alert of the other actor',
    async () => {
      received.push(...(await scene.stack.alerts.receive()));
      return ofOther().length > 0;
    },
    PROMPTLY_MS,
  );
  const late = (ofOther()[0]?.at ?? 0) - other.at;
  const recorded = async () =>
    new Set(
      (await scene.findings()).flatMap(({ namespace: { name = '', uid = '' } }) =>
        name.startsWith('flood-') ? uid : [],
      ),
    );
  await until('all are recorded', async () => (await recorded()).size === MANY, 120_000);
  report(
    `${MANY} creations: the other's alert after ${(late / 1000).toFixed(1)} s; all recorded after ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
  received.push(...(await scene.stack.alerts.collect(0, { quietMs: 5_000 })));
  await endOfHour(scene);
  await until(
    'the digest is told',
    async () => {
      received.push(...(await scene.stack.alerts.receive()));
      return received.some(({ attributes }) => attributes['outcome'] === 'digest');
    },
    60_000,
  );
  received.push(...(await scene.stack.alerts.collect(0, { quietMs: 3_000 })));
  expect(ofOther()).toHaveLength(1);
  report(`${received.length} messages to on-call: ${JSON.stringify(received.map(({ attributes }) => attributes))}`);
  expect(received.length).toBeLessThanOrEqual(10);
  expect(received.length).toBeGreaterThanOrEqual(SINGLES.actor + 2);
}

/** The digest is due, and *watch* runs once. What was deferred, it takes up over six hours: not here. */
async function endOfHour(scene: Scene): Promise<void> {
  const items = await scene.items();
  const due = (id: AttributeValue | undefined, at: number) =>
    scene.db.send(
      new UpdateItemCommand({
        TableName: scene.output('FindingsTableName'),
        Key: { id: id ?? { S: '' } },
        UpdateExpression: 'SET due = :at',
        ExpressionAttributeValues: { ':at': { N: String(at) } },
      }),
    );
  const tomorrow = Date.now() + 24 * 60 * 60_000;
  const later = items.filter(({ agenda }) => ['deferred', 'look', 'alert'].includes(agenda?.S ?? ''));
  for (let start = 0; start < later.length; start += WIDTH)
    await Promise.all(later.slice(start, start + WIDTH).map(({ id }) => due(id, tomorrow)));
  for (const { id, agenda } of items)
    if (agenda?.S === 'digest' && id?.S?.startsWith(ITEM_KEYS.digest)) await due(id, 0);
  await scene.lambda.send(new InvokeCommand({ FunctionName: scene.output('WatchFunctionName') }));
}
