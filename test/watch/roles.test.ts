/** The roles as they are, against what the deployment wrote down: each difference is told once, with names and no secrets. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ChainState } from '../../functions/contract/chain-state.ts';
import type { PolicyDocument, RoleState } from '../../functions/contract/deployment.ts';
import { roles } from '../../functions/watch/jobs/roles.ts';

const PLACE = { region: 'eu-west-1', account: '111122223333' };
const MANAGED = 'arn:aws:iam::111122223333:policy/S-Overflow';
const policy = (...statements: object[]): PolicyDocument => ({ Version: '2012-10-17', Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = '*') => ({ Effect: 'Allow', Action, Resource });
const trustOf = (Service: string) => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service } });

const role = (name: string): RoleState => ({
  name,
  trust: trustOf('lambda.amazonaws.com'),
  inline: { Default: policy(allow(['s3:GetObject', 's3:PutObject'], ['arn:aws:s3:::a', 'arn:aws:s3:::b'])) },
  managed: [{ arn: MANAGED, document: policy(allow('eks:DescribeCluster')) }],
  attached: [MANAGED],
});

let live: Map<string, RoleState>;
let mails: { subject: string; text: string }[];
let states: Map<string | undefined, ChainState>;
let changesAt: number | undefined;
let reads: number;
const watch = (): RoleState => live.get('S-Watch') as RoleState;

beforeEach(() => {
  live = new Map(['S-Detect', 'S-Watch'].map((name) => [name, role(name)]));
  mails = [];
  states = new Map();
  changesAt = undefined;
  reads = 0;
});

const run = () =>
  roles.run({
    clients: {
      deployments: {
        read: async () =>
          reads++ === changesAt ? undefined : { roles: [role('S-Detect'), role('S-Watch')], subscribers: [] },
      },
      roles: {
        describe: async (name, documents) => {
          const found = live.get(name);
          return found && { ...found, managed: found.managed.filter(({ arn }) => documents.includes(arn)) };
        },
      },
      place: PLACE,
      chainStates: {
        read: async (place) => {
          expect(place).toMatchObject(PLACE);
          return states.get(place.about);
        },
        write: async ({ about }, written) => void states.set(about, structuredClone(written)),
      },
      health: { tell: async (subject, text) => void mails.push({ subject, text }) },
    },
    settings: { maxPerRun: 1, role: '' },
    clusters: [],
    signal: new AbortController().signal,
    now: () => 0,
    failed: () => {},
    unknown: () => {},
    problem: () => {},
  });

test('nothing is told of roles as they were deployed, however IAM writes the same policy', async () => {
  watch().inline['Default'] = {
    Statement: {
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::a'],
      Action: ['s3:PutObject', 's3:GetObject'],
      Effect: 'Allow',
    },
    Version: '2012-10-17',
  };
  watch().managed = [{ arn: MANAGED, document: policy(allow(['eks:DescribeCluster'], ['*'])) }];
  await expect(run()).resolves.toEqual({ different: 0 });
  expect(mails).toEqual([]);
});

describe('a difference is told once', () => {
  test.each<[string, () => void, string]>([
    ['a role that is gone', () => live.delete('S-Watch'), '- The role S-Watch is gone.'],
    [
      'an inline policy that was added',
      () => (watch().inline['x'] = policy(allow('s3:*'), { Effect: 'Allow', NotAction: 'iam:*', NotResource: 'a' })),
      '- The role S-Watch has the inline policy x, which was not deployed with it: Allow s3:* on *; Allow all but iam:* on all but a.',
    ],
    [
      'an inline policy of the name of a property',
      () => Object.defineProperty(watch().inline, '__proto__', { value: policy(allow('s3:*')), enumerable: true }),
      '- The role S-Watch has the inline policy __proto__, which was not deployed with it: Allow s3:* on *.',
    ],
    [
      'an inline policy without a statement',
      () => (watch().inline['x'] = policy()),
      '- The role S-Watch has the inline policy x, which was not deployed with it: .',
    ],
    [
      'an inline policy that was taken away',
      () => (watch().inline = {}),
      '- The role S-Watch has its inline policy Default no more.',
    ],
    [
      'a right that was added',
      () =>
        ((watch().inline['Default'] as PolicyDocument)['Statement'] as object[]).push(
          allow('s3:DeleteObject', 'arn:aws:s3:::a'),
        ),
      '- The role S-Watch: its inline policy Default says what was not deployed: Allow s3:DeleteObject on arn:aws:s3:::a.',
    ],
    [
      'a managed policy that was attached',
      () => watch().attached.push('arn:aws:iam::aws:policy/AdministratorAccess'),
      '- The role S-Watch has the managed policy arn:aws:iam::aws:policy/AdministratorAccess, which was not deployed with it.',
    ],
    [
      'a managed policy that was detached',
      () => (watch().attached = []),
      `- The role S-Watch has the managed policy ${MANAGED} no more.`,
    ],
    [
      'a managed policy with another content',
      () => (watch().managed = [{ arn: MANAGED, document: policy(allow('eks:*')) }]),
      `- The role S-Watch: its managed policy ${MANAGED} says what was not deployed: Allow eks:* on *.`,
    ],
    [
      'somebody else who may assume it',
      () =>
        (watch().trust = policy({
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: ['arn:aws:iam::999988887777:root'], Service: 'ec2.amazonaws.com' },
          Condition: { StringEquals: { 'sts:ExternalId': 'hunter2' } },
        })),
      '- The role S-Watch: its trust policy says what was not deployed: Allow sts:AssumeRole to arn:aws:iam::999988887777:root, ec2[.]amazonaws[.]com under conditions.',
    ],
    [
      'a trust policy that lets nobody in',
      () => (watch().trust = policy()),
      '- The role S-Watch: its trust policy does not say any more: Allow sts:AssumeRole to lambda[.]amazonaws[.]com.',
    ],
    [
      'a permissions boundary',
      () => (watch().boundary = 'arn:aws:iam::111122223333:policy/Nothing'),
      '- The role S-Watch has the permissions boundary arn:aws:iam::111122223333:policy/Nothing, and was deployed with no permissions boundary.',
    ],
  ])('%s', async (_, change, line) => {
    change();
    await run();
    await run();
    expect(mails).toHaveLength(1);
    expect(mails[0]?.subject).toMatch(/^\d differences? of roles from what was deployed$/);
    expect(mails[0]?.text.split('\n')).toContain(line);
    expect(mails[0]?.text).not.toMatch(/hunter2|S-Detect/);
    live.set('S-Watch', role('S-Watch'));
    await run();
    await run();
    expect(mails.map(({ subject }) => subject).slice(1)).toEqual(['roles as deployed again']);
  });
});

test.each([0, 1])('nothing is told while CloudFormation changes the stack, from reading %i on', async (at) => {
  live.delete('S-Watch');
  changesAt = at;
  await expect(run()).resolves.toEqual({ postponed: true });
  expect(mails).toEqual([]);
  expect(states.has('roles')).toBe(false);
});

test('hostile names stay on their line, and make no link', async () => {
  watch().inline[`x\n- The role S-Watch is gone.\u202e https://evil.example/${'y'.repeat(9_000)}`] = policy(
    allow(Array.from({ length: 500 }, (_, index) => `s3:A${index}`)),
  );
  await run();
  const lines = mails[0]?.text.split('\n').filter((line) => line.startsWith('- ')) ?? [];
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/x\?- The role .* https\[:\]\/\/evil\[\.\]example\//);
  expect(lines[0]?.length).toBeLessThan(700);
});

test('roles that cannot be read are told once, change nothing of what was told, and are told when they can be', async () => {
  watch().attached = [];
  await run();
  const real = live;
  live = new Map();
  live.get = () => {
    throw new Error('Throttling');
  };
  await expect(run()).resolves.toEqual({ unread: true });
  await run();
  expect(mails).toHaveLength(2);
  expect(mails[1]?.subject).toBe('roles not compared with what was deployed');
  expect(mails[1]?.text).toContain('The answer was: Throttling.');
  live = real;
  await run();
  expect(mails.slice(2).map(({ subject }) => subject)).toEqual(['roles compared again']);
});
