import { describe, expect, test } from '@jest/globals';
import { folderKey } from '../../functions/contain/framework/folder.ts';
import { readPayload, runOf } from '../../functions/contain/framework/payload.ts';

const UID = '1f086927-6db1-4a0d-a5e3-708837b0e773';
const runBy = (execution: string, cluster: unknown) =>
  runOf({
    step: 'checkTarget',
    execution,
    name: 'run',
    startedAt: '2026-11-26T12:00:00Z',
    results: {},
    input: { cluster, namespace: 'cache-warmup', uid: UID },
  });

describe('the cluster of the input', () => {
  const here = 'arn:aws:states:eu-west-1:111122223333:execution:NamespaceSentinel-contain:run';
  const whole = { name: 'prod', region: 'eu-west-1', account: '111122223333' };

  test.each<[string, string, unknown, object]>([
    ['by its name: it is where the state machine is', here, 'prod', whole],
    ['by its name, as an object', here, { name: 'prod' }, whole],
    ['in whole', here, whole, whole],
    [
      'another one: what a person says is not corrected',
      here,
      { ...whole, region: 'eu-west-2' },
      { ...whole, region: 'eu-west-2' },
    ],
    ['in another partition', here.replace('arn:aws:', 'arn:aws-cn:'), 'prod', whole],
    ['in a local run: what is not known stays so', 'local-run', 'prod', { name: 'prod' }],
  ])('%s', (_, execution, cluster, expected) => {
    expect(runBy(execution, cluster).target.cluster).toEqual(expected);
  });

  test('has one folder of evidence, however it was named', () => {
    expect(folderKey(runBy(here, 'prod').target)).toBe(folderKey(runBy(here, whole).target));
  });
});

test.each([
  ['run-1', /^run-1$/],
  ['first.try', /^first-try-[0-9a-f]{12}$/],
  ['../../x', /^------x-[0-9a-f]{12}$/],
  ['läuft'.repeat(30), /^[\w-]{1,80}$/],
])('an execution that is named %j has a folder of its own', (name, expected) => {
  const event = { step: 'checkTarget', execution: 'x', name, startedAt: '', input: {} };
  expect(readPayload(event).name).toMatch(expected);
});
