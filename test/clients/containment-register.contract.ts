import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { ContainmentRegister, PendingQuestion } from '../../functions/clients/table/containment-register.ts';
import type { Question } from '../../functions/contract/follow-up.ts';

const NOW = Date.parse('2026-11-23T07:30:00Z');
const LATER = NOW + 60_000;

export function someQuestion(changes: Partial<Question> = {}): PendingQuestion {
  const id = randomUUID();
  return {
    question: {
      id: `q-${id}`,
      findingId: `nsf-${id}`,
      target: { cluster: { name: 'prod' }, namespace: 'evil', uid: id },
      execution: 'arn:aws:states:eu-central-1:111122223333:execution:contain:one',
      askedAt: new Date(NOW).toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      planHash: 'ab'.repeat(32),
      plan: [{ kind: 'Pod', name: 'x\u202e', what: 'stops' }],
      planTotal: 1,
      ...changes,
    },
    taskToken: `token-${id}`,
  };
}

/** What every register promises; run against each. */
export function containmentRegisterContract(make: () => ContainmentRegister): void {
  describe('lease', () => {
    test('of many at once one gets it, the others learn who', async () => {
      const [register, uid] = [make(), randomUUID()];
      const names = Array.from({ length: 6 }, (_, index) => `execution-${index}`);
      const others = await Promise.all(names.map((name) => register.lease(uid, name, LATER, NOW)));
      const winner = names[others.indexOf(undefined)];
      expect(others.filter((other) => other === undefined)).toHaveLength(1);
      expect(others.filter((other) => other !== undefined)).toEqual(
        Array.from({ length: 5 }, () => ({ execution: winner, until: LATER })),
      );
    });
    test('its holder prolongs it', async () => {
      const [register, uid] = [make(), randomUUID()];
      await register.lease(uid, 'a', LATER, NOW);
      await expect(register.lease(uid, 'a', LATER + 5, NOW + 1)).resolves.toBeUndefined();
      await expect(register.lease(uid, 'b', LATER, LATER + 4)).resolves.toEqual({ execution: 'a', until: LATER + 5 });
    });
    test('ends by itself', async () => {
      const [register, uid] = [make(), randomUUID()];
      await register.lease(uid, 'a', LATER, NOW);
      await expect(register.lease(uid, 'b', LATER + 9, LATER - 1)).resolves.toMatchObject({ execution: 'a' });
      await expect(register.lease(uid, 'b', LATER + 9, LATER)).resolves.toBeUndefined();
      await expect(register.lease(uid, 'a', LATER + 9, LATER)).resolves.toMatchObject({ execution: 'b' });
    });
    test('of an execution that is known to have ended it is free, of any other not', async () => {
      const [register, uid] = [make(), randomUUID()];
      await register.lease(uid, 'a', LATER, NOW);
      await expect(register.lease(uid, 'b', LATER, NOW, 'c')).resolves.toMatchObject({ execution: 'a' });
      await expect(register.lease(uid, 'b', LATER, NOW, 'a')).resolves.toBeUndefined();
      await expect(register.lease(uid, 'c', LATER, NOW, 'a')).resolves.toMatchObject({ execution: 'b' });
    });
    test('given back it is free at once; nobody gives back what is not theirs', async () => {
      const [register, uid] = [make(), randomUUID()];
      await register.giveBack(uid, 'a');
      await register.lease(uid, 'a', LATER, NOW);
      await register.giveBack(uid, 'b');
      await expect(register.lease(uid, 'b', LATER, NOW)).resolves.toMatchObject({ execution: 'a' });
      await register.giveBack(uid, 'a');
      await register.giveBack(uid, 'a');
      await expect(register.lease(uid, 'b', LATER, NOW)).resolves.toBeUndefined();
    });
    test('each namespace is separate', async () => {
      const register = make();
      await register.lease(randomUUID(), 'a', LATER, NOW);
      await expect(register.lease(randomUUID(), 'b', LATER, NOW)).resolves.toBeUndefined();
    });
  });

  describe('question', () => {
    test('is found by its id, its finding, and its namespace', async () => {
      const [register, open] = [make(), someQuestion()];
      await register.ask(open);
      const { id, findingId = '', target } = open.question;
      for (const name of [id, findingId, target.uid]) await expect(register.question(name)).resolves.toEqual(open);
      await expect(register.question(randomUUID())).resolves.toBeUndefined();
    });
    test('without a finding it is found all the same', async () => {
      const [register, { question, taskToken }] = [make(), someQuestion()];
      const { findingId: _, ...rest } = question;
      await register.ask({ question: rest, taskToken });
      await expect(register.question(rest.target.uid)).resolves.toEqual({ question: rest, taskToken });
    });
    test('asked again it is open again, with what answers it now', async () => {
      const [register, first] = [make(), someQuestion()];
      const { id } = first.question;
      await register.ask(first);
      await register.answer(id, 'decide-1');
      const again = { ...first, taskToken: 'another' };
      await register.ask(again);
      await expect(register.question(id)).resolves.toEqual(again);
      await expect(register.answer(id, 'decide-2')).resolves.toBe(true);
    });
    test('about one finding the last one counts', async () => {
      const [register, first] = [make(), someQuestion()];
      const second = { question: { ...first.question, id: `q-${randomUUID()}` }, taskToken: 'second' };
      await register.ask(second);
      await register.ask(first);
      await register.ask(second);
      await expect(register.question(first.question.target.uid)).resolves.toEqual(second);
      await expect(register.question(first.question.id)).resolves.toEqual(first);
    });
    test('of many who answer one may, and may again', async () => {
      const [register, open] = [make(), someQuestion()];
      const { id } = open.question;
      await register.ask(open);
      const names = Array.from({ length: 6 }, (_, index) => `decide-${index}`);
      const won = await Promise.all(names.map((name) => register.answer(id, name)));
      const winner = names[won.indexOf(true)] ?? '';
      expect(won.filter(Boolean)).toHaveLength(1);
      await expect(register.answer(id, winner)).resolves.toBe(true);
      await expect(register.question(id)).resolves.toEqual({ ...open, answeredBy: winner });
    });
    test('reopened it can be answered; nobody reopens what another has', async () => {
      const [register, open] = [make(), someQuestion()];
      const { id } = open.question;
      await register.ask(open);
      await register.answer(id, 'a');
      await register.reopen(id, 'b');
      await expect(register.answer(id, 'b')).resolves.toBe(false);
      await register.reopen(id, 'a');
      await expect(register.question(id)).resolves.toEqual(open);
      await expect(register.answer(id, 'b')).resolves.toBe(true);
    });
    test('one that was never asked is neither answered nor made', async () => {
      const [register, id] = [make(), randomUUID()];
      await expect(register.answer(id, 'a')).resolves.toBe(false);
      await register.reopen(id, 'a');
      await expect(register.question(id)).resolves.toBeUndefined();
    });
  });

  describe('starts', () => {
    let hours = 0;
    const someHour = () => NOW + ++hours * 3_600_000;
    test('no more than so many in an hour, however many ask at once', async () => {
      const [register, hour] = [make(), someHour()];
      const may = await Promise.all(Array.from({ length: 6 }, (_, minute) => register.countStart(2, hour + minute)));
      expect(may.filter(Boolean)).toHaveLength(2);
      await expect(register.countStart(3, hour)).resolves.toBe(true);
      await expect(register.countStart(3, hour)).resolves.toBe(false);
      await expect(register.countStart(1, someHour())).resolves.toBe(true);
    });
    test('none is none', async () => {
      await expect(make().countStart(0, someHour())).resolves.toBe(false);
    });
  });

  test('what was noted of a file is remembered, of each kind apart', async () => {
    const register = make();
    const key = `snapshots/${randomUUID()}/snapshot.json.gz`;
    await expect(register.hashes('snapshot', key)).resolves.toEqual([]);
    await register.noteHash('snapshot', key, 'ab');
    await register.noteHash('snapshot', key, 'cd');
    await register.noteHash('hashList', key, 'ef');
    expect((await register.hashes('snapshot', key)).sort()).toEqual(['ab', 'cd']);
    await expect(register.hashes('hashList', key)).resolves.toEqual(['ef']);
    await expect(register.hashes('snapshot', `${key}x`)).resolves.toEqual([]);
  });
}
