import { describe, expect, test } from '@jest/globals';
import { messageIdOf, runFolder } from '../../functions/contain/framework/execution.ts';
import { folderKey } from '../../functions/contain/framework/folder-keys.ts';
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

describe('an execution', () => {
  const arn = (machine: string, name: string) => `arn:aws:states:eu-west-1:111122223333:execution:${machine}:${name}`;
  const names = [
    'run-1',
    'first.try',
    '../../x',
    'a b',
    'a-b',
    'a-b-c8687a08aa5d',
    'a-b.c8687a08aa5d',
    '-',
    'läuft'.repeat(30),
  ];
  const executions = ['Stack-contain', 'Stack-contain-1a2b3c4d', 'Stack-release'].flatMap((machine) =>
    names.map((name) => [arn(machine, name), name] as const),
  );

  test('has a folder that no other has, and that stays in its place', () => {
    const folders = executions.map(([execution, name]) => runFolder(execution, name));
    expect(new Set(folders).size).toBe(executions.length);
    for (const folder of folders)
      expect(folder).toMatch(/^(?:\w[\w-]*(?:\.[0-9a-f]{12})?|-)\/(?:[\w-]+(?:\.[0-9a-f]{12})?)$/);
    expect(runFolder(arn('Stack-contain', 'run-1'), 'run-1')).toBe('Stack-contain/run-1');
  });

  test("has messages that are no other's, also where all but letters and digits is dropped", () => {
    const ids = executions.map(([execution, name]) => messageIdOf('contain-end', execution, name));
    expect(new Set(ids.map((id) => id.replace(/[^\w]/g, ''))).size).toBe(executions.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,128}$/);
  });

  test('keeps its name as it was given', () => {
    const event = { step: 'checkTarget', execution: 'x', name: 'first.try', startedAt: '', input: {} };
    expect(readPayload(event).name).toBe('first.try');
  });
});
