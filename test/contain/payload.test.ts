import { describe, expect, test } from '@jest/globals';
import { messageIdOf, runFolder } from '../../functions/contain/framework/execution.ts';
import { folderKey } from '../../functions/contain/framework/folder-keys.ts';
import { readPayload } from '../../functions/contain/framework/payload.ts';
import { runOf } from '../../functions/contain/framework/run.ts';
import { PlaybookInputError } from '../../functions/contract/errors.ts';

const UID = '1f086927-6db1-4a0d-a5e3-708837b0e773';
const runBy = async (execution: string, cluster: unknown) => {
  const input = { cluster, namespace: 'cache-warmup', uid: UID };
  const startedAt = '2026-11-26T12:00:00Z';
  return (await runOf({ step: 'checkTarget', execution, name: 'run', startedAt, results: {}, input }, undefined)).run;
};

describe('the cluster of the input', () => {
  const here = 'arn:aws:states:eu-west-1:111122223333:execution:NamespaceSentinel-contain:run';
  const whole = { name: 'prod', region: 'eu-west-1', account: '111122223333' };

  test.each<[string, string, unknown, object]>([
    ['by its name: it is where the state machine is', here, 'prod', whole],
    ['by its name, as an object', here, { name: 'prod' }, whole],
    ['in whole', here, whole, whole],
    ['in another partition', here.replace('arn:aws:', 'arn:aws-cn:'), 'prod', whole],
    ['in a local run: what is not known stays so', 'local-run', 'prod', { name: 'prod' }],
  ])('%s', async (_, execution, cluster, expected) => {
    expect((await runBy(execution, cluster)).target.cluster).toEqual(expected);
  });

  test.each([
    ['Region', { ...whole, region: 'eu-west-2' }],
    ['account', { ...whole, account: '444455556666' }],
  ])('in another %s is refused: what a person says is not corrected', async (_, cluster) => {
    await expect(runBy(here, cluster)).rejects.toThrow(PlaybookInputError);
    await expect(runBy(here, cluster)).rejects.toThrow('Start the playbook there.');
  });

  test('has one folder of evidence, however it was named', async () => {
    expect(folderKey((await runBy(here, 'prod')).target)).toBe(folderKey((await runBy(here, whole)).target));
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

  test('has messages of its own, also where all but letters and digits is dropped', () => {
    const ids = executions.map(([execution, name]) => messageIdOf('contain-end', execution, name));
    expect(new Set(ids.map((id) => id.replace(/[^\w]/g, ''))).size).toBe(executions.length);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,128}$/);
  });

  test('keeps its name as it was given', () => {
    const event = { step: 'checkTarget', execution: 'x', name: 'first.try', startedAt: '', input: {} };
    expect(readPayload(event).name).toBe('first.try');
  });
});
