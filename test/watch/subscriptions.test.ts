/** Who is subscribed, against the configuration: each difference is told once, and hostile addresses stay text. */

import type { Subscription } from '@aws-sdk/client-sns';
import { beforeEach, expect, test } from '@jest/globals';
import type { FilterPolicy } from '../../functions/clients/aws/topic-subscriptions.ts';
import type { ChainState } from '../../functions/contract/chain-state.ts';
import { subscriptions } from '../../functions/watch/jobs/subscriptions.ts';

const ALERT = 'arn:aws:sns:eu-west-1:111122223333:S-Alert';
const CHAT = 'arn:aws:sns:eu-west-1:111122223333:S-Chat';
const NOW = Date.parse('2026-11-30T08:00:00Z');

const POLICY = { severity: ['HIGH', 'UNKNOWN'], digest: [{ exists: false }, '@0123456789'] };

let found: Record<string, Subscription[]>;
let policies: Record<string, FilterPolicy | undefined>;
let unknown: string[];
let mails: { subject: string; text: string }[];
let state: ChainState | undefined;
let undelivered: boolean;
let isChanging: boolean;
let isReadable: boolean;

const mail = (Endpoint: string, SubscriptionArn = `${ALERT}:1`): Subscription => ({
  Protocol: 'email',
  Endpoint,
  SubscriptionArn,
  Owner: '111122223333',
});
const slack = (Endpoint = 'https://global.sns-api.chatbot.amazonaws.com'): Subscription => ({
  Protocol: 'https',
  Endpoint,
  SubscriptionArn: `${CHAT}:1`,
});

const attributes = (policy: unknown): FilterPolicy => ({
  policy: JSON.stringify(policy),
  scope: 'MessageAttributes',
});

beforeEach(() => {
  policies = {
    // SNS gives it back with its keys in any order.
    [`${ALERT}:1`]: attributes({ digest: POLICY.digest, severity: POLICY.severity }),
  };
  unknown = [];
  found = { [ALERT]: [mail('oncall@corp.io')], [CHAT]: [slack()] };
  mails = [];
  state = undefined;
  undelivered = false;
  isChanging = false;
  isReadable = true;
});

const run = () =>
  subscriptions.run({
    clients: {
      topicSubscriptions: {
        list: async (arn) => found[arn] ?? [],
        filterPolicy: async (arn) => {
          if (!isReadable) throw new Error('AccessDenied');
          return policies[arn];
        },
      },
      deployments: {
        read: async () =>
          isChanging
            ? undefined
            : {
                roles: [],
                subscribers: [
                  {
                    topic: ALERT,
                    who: ['OnCall@corp.io'],
                    policies: [{ who: 'OnCall@corp.io', policy: JSON.stringify(POLICY) }],
                  },
                  { topic: CHAT, who: ['slack'], policies: [] },
                ],
              },
      },
      chainStates: {
        read: async (place) => {
          expect(place).toEqual({ region: 'eu-west-1', account: '111122223333' });
          return state;
        },
        write: async (_, written) => {
          state = structuredClone(written);
        },
      },
      health: {
        tell: async (subject, text) => {
          if (undelivered) throw new Error('SNS does not answer');
          mails.push({ subject, text });
        },
      },
    },
    settings: { maxPerRun: 1, role: '' },
    clusters: [],
    signal: new AbortController().signal,
    now: () => NOW,
    failed: () => {},
    unknown: (what) => unknown.push(what),
    problem: () => {},
  });

test('nothing is told where all is as configured', async () => {
  await expect(run()).resolves.toEqual({ different: 0 });
  expect(mails).toEqual([]);
});

test.each<[string, () => void, RegExp]>([
  [
    'an address that has not confirmed',
    () => (found[ALERT] = [mail('oncall@corp.io', 'PendingConfirmation')]),
    /^- S-Alert: OnCall@corp\[\.\]io has not confirmed its subscription/m,
  ],
  ['an address that is gone', () => (found[ALERT] = []), /^- S-Alert: OnCall@corp\[\.\]io is not subscribed any more/m],
  ['a channel that is gone', () => (found[CHAT] = []), /^- S-Chat: the Slack channel is not subscribed any more/m],
  [
    'a queue of another account',
    () =>
      found[ALERT]?.push({
        Protocol: 'sqs',
        Endpoint: 'arn:aws:sqs:eu-west-1:999988887777:q',
        SubscriptionArn: `${ALERT}:2`,
        Owner: '999988887777',
      }),
    /arn:aws:sqs:eu-west-1:999988887777:q \(sqs, of account 999988887777\) is subscribed, and the configuration/,
  ],
  [
    'an address that was asked to confirm',
    () => found[ALERT]?.push(mail('eve@evil.example', 'PendingConfirmation')),
    /eve@evil\[\.\]example .* has been asked to confirm a subscription/,
  ],
  [
    'a host that only looks like that of the chat',
    () => found[CHAT]?.push(slack('https://x.chatbot.amazonaws.com.evil.example/')),
    /https\[:\]\/\/x\[\.\]chatbot\[\.\]amazonaws\[\.\]com\[\.\]evil\[\.\]example\/ \(https/,
  ],
  [
    'the configured address by another protocol, which is not the mail that was meant',
    () => (found[ALERT] = [{ ...mail('oncall@corp.io'), Protocol: 'email-json' }]),
    /^- S-Alert: .* \(email-json, of account 111122223333\) is subscribed/m,
  ],
  [
    'a filter policy that keeps everything from an address',
    () => (policies[`${ALERT}:1`] = attributes({ ...POLICY, severity: ['NEVER'] })),
    /^- S-Alert: the subscription of OnCall@corp\[\.\]io has another filter policy than was deployed/m,
  ],
  [
    'a filter policy that is gone',
    () => (policies[`${ALERT}:1`] = undefined),
    /^- S-Alert: the subscription of OnCall@corp\[\.\]io has another filter policy/m,
  ],
  [
    'a filter policy that is applied to the body',
    () => (policies[`${ALERT}:1`] = { ...attributes(POLICY), scope: 'MessageBody' }),
    /^- S-Alert: the subscription of OnCall@corp\[\.\]io has another filter policy/m,
  ],
  [
    'a filter policy of the channel',
    () => (policies[`${CHAT}:1`] = attributes({ severity: ['NEVER'] })),
    /^- S-Chat: the subscription of the Slack channel has another filter policy/m,
  ],
])('%s is told once', async (_, change, says) => {
  change();
  await run();
  await run();
  expect(mails).toHaveLength(1);
  expect(mails[0]?.subject).toMatch(/^[12] subscriptions? not as configured$/);
  expect(mails[0]?.text).toMatch(says);
  expect(mails[0]?.text).toContain('To do: ');
});

test('what is as configured again is told once', async () => {
  found[ALERT] = [];
  await run();
  found[ALERT] = [mail('oncall@corp.io')];
  await run();
  await run();
  expect(mails.map(({ subject }) => subject)).toEqual([
    '1 subscription not as configured',
    'subscriptions as configured again',
  ]);
  expect(state?.broken).toEqual({});
});

test('hostile text stays on its line, and many are counted', async () => {
  for (let index = 0; index < 70; index++)
    found[ALERT]?.push(mail(`x${index}\n- S-Alert: https://evil.example/\u202e${'y'.repeat(2_000)}`));
  await run();
  const lines = mails[0]?.text.split('\n') ?? [];
  expect(lines.filter((line) => line.startsWith('- S-Alert'))).toHaveLength(50);
  expect(lines).toContain('- and 20 more');
  expect(mails[0]?.text).not.toMatch(/https:\/\/|[^\x20-\x7e\n]/);
  expect(mails[0]?.text.length).toBeLessThan(30_000);
});

test('a filter policy that nobody says is unknown, and hides no other difference', async () => {
  isReadable = false;
  found[CHAT] = [];
  await run();
  expect(unknown).toEqual([`filter policy of ${ALERT}:1`]);
  expect(mails[0]?.text).toContain('S-Chat: the Slack channel is not subscribed any more');
  expect(mails[0]?.text).not.toContain('has another filter policy');
});

test('nothing is compared while the stack changes, and it is due at the next run', async () => {
  found[ALERT] = [];
  isChanging = true;
  await expect(run()).resolves.toEqual({ postponed: true });
  expect(mails).toEqual([]);
});

test('what could not be told is told at the next run', async () => {
  found[ALERT] = [];
  undelivered = true;
  await expect(run()).rejects.toThrow('SNS does not answer');
  undelivered = false;
  await run();
  expect(mails).toHaveLength(1);
});
