/** What the playbooks have to tell, worded and delivered. */
import { execFileSync } from 'node:child_process';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { followUpNotification } from '../../functions/alert/chat/follow-up.ts';
import { DeliveryHeldError } from '../../functions/alert/delivery.ts';
import { envelopeBytes, MAX_ENVELOPE_BYTES, topic } from '../../functions/alert/destinations/topic.ts';
import { followUpAdvice } from '../../functions/alert/follow-up/advice.ts';
import { followUpEmail } from '../../functions/alert/follow-up/email.ts';
import { followUpFrom } from '../../functions/alert/follow-up/read.ts';
import { followUpSubject } from '../../functions/alert/follow-up/words.ts';
import { type AlertClients, createHandler } from '../../functions/alert/handler.ts';
import { momentOf } from '../../functions/alert/moment.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import { bodies, LocalSender } from '../../functions/clients/local/sender.ts';
import type { Sender } from '../../functions/clients/send/sender.ts';
import { Unreadable } from '../../functions/contract/errors.ts';
import { MAX_FOLLOW_UP_BYTES } from '../../functions/contract/fit-follow-up.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { playbookInputOf } from '../../functions/contract/playbook-input.ts';
import { jsonBytes } from '../../functions/contract/sizes.ts';
import { FINDING, TOPICS } from './examples.ts';
import { FOLLOW_UPS, PARTLY, PLAYBOOKS, QUESTION } from './follow-up-samples.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';
import { linkIn } from './hostility.ts';

type Kind = keyof typeof FOLLOW_UPS;
const MOMENT = momentOf(Date.parse('2026-11-23T07:14:51Z'));
const mailOf = (followUp: FollowUp): string => followUpEmail(followUp, PLAYBOOKS, {}, MOMENT);
const flat = (followUp: FollowUp): string => mailOf(followUp).replace(/\s+/g, ' ');

/** How a real shell takes a command line apart. */
const argvOf = (line: string): string[] =>
  execFileSync('/bin/sh', ['-s'], { input: `printf '%s\\0' ${line}` })
    .toString('utf8')
    .split('\0')
    .slice(0, -1);

test.each([
  ['ab'.repeat(32), true],
  ['ab'.repeat(31), false],
  ['https://evil.example/', false],
])('the hash of the files is told where it is one: %s', (hashList, isTold) => {
  expect(mailOf({ ...PARTLY, hashList }).includes(hashList)).toBe(isTold);
});

/** The playbooks that the mail tells how to start, with their inputs. */
const startsIn = (followUp: FollowUp): [machine: string, input: Record<string, unknown>][] =>
  mailOf(followUp)
    .split('\n')
    .filter((line) => line.includes('start-execution'))
    .map((line) => {
      const argv = argvOf(line.trim());
      return [argv[6]?.split(':namespace-sentinel-')[1] ?? '', JSON.parse(argv.at(-1) ?? '{}')];
    });

describe('each kind', () => {
  test.each<[Kind, string, string]>([
    [
      'contained',
      'CONTAINED',
      'The namespace is isolated. Every proof that counts holds. What runs in it still runs, cut off.',
    ],
    ['removed', 'CONTAINED', 'The namespace is isolated and nothing runs in it any more.'],
    [
      'partly',
      'PARTLY CONTAINED',
      'The namespace may not be cut off: something did not work or is not proven. Look at it now. The creator can still act in the cluster: remove the access first.',
    ],
    ['planned', 'PLAN', 'Nothing was changed. This is what isolation would do.'],
    ['refused', 'NOT CONTAINED', 'The playbook refused and has touched nothing: look at it now.'],
    [
      'question',
      'ANSWER NEEDED',
      'May the playbook stop and delete what runs in it (23 objects)? It waits for your answer.',
    ],
    ['released', 'RELEASED', 'everything that can be restored is as it was, and it may act again.'],
    ['partly released', 'PARTLY RELEASED', 'not everything came back.'],
    ['decided', 'DECIDED', 'Somebody vouches for the namespace: the finding is closed.'],
  ])('begins with the matter and what it means: %s', (kind, words, meaning) => {
    const followUp = FOLLOW_UPS[kind];
    expect(followUpSubject(followUp)).toBe(`${words}: payments in prod [nsf-0123456789ab]`);
    expect(flat(followUp).startsWith(`${words}: namespace payments in cluster prod. `)).toBe(true);
    expect(flat(followUp).split(' By ')[0]).toContain(meaning);
    expect(followUpNotification(followUp, PLAYBOOKS).content.description).toContain(meaning.slice(0, 40));
  });

  test.each<[Kind, [machine: string, modeOrDecision: string][]]>([
    [
      'contained',
      [
        ['contain', 'remove'],
        ['release', 'release'],
      ],
    ],
    ['removed', [['release', 'release']]],
    ['partly', [['contain', 'isolate']]],
    ['planned', [['contain', 'isolate']]],
    ['refused', [['contain', 'isolate']]],
    [
      'question',
      [
        ['decide', 'approve'],
        ['decide', 'refuse'],
      ],
    ],
    ['released', [['decide', 'legitimate']]],
    [
      'partly released',
      [
        ['release', 'release'],
        ['decide', 'legitimate'],
      ],
    ],
    ['not started', [['contain', 'isolate']]],
    ['decided', [['release', 'release']]],
  ])('says how to go on, by lines that a shell passes on and the playbooks read: %s', (kind, expected) => {
    const starts = startsIn(FOLLOW_UPS[kind]);
    expect(starts.map(([machine, { mode, decision }]) => [machine, mode ?? decision])).toEqual(expected);
    for (const [machine, input] of starts)
      if (machine !== 'decide') expect(playbookInputOf(input)).toMatchObject({ findingId: FINDING.id.slice(0, 16) });
  });

  test.each(['policy-enforcer-present', 'denial-on-nodes', 'connections-cut'])(
    'offers the end of the pods alone where %s is not proven',
    (id) => {
      const proof = { id, claim: 'It is held.', verdict: 'not-proven', how: 'Read.', decisive: true } as const;
      const starts = startsIn({ ...FOLLOW_UPS.partly, proofs: [proof] });
      expect(starts.map(([machine, { mode, scope }]) => [machine, mode, scope])).toEqual([
        ['contain', 'isolate', undefined],
        ['contain', 'remove', 'pods'],
      ]);
      expect(startsIn({ ...FOLLOW_UPS.partly, proofs: [{ ...proof, verdict: 'proven' }] })).toHaveLength(1);
    },
  );

  test('a removal of pods alone is asked about, told and started again as such', () => {
    const asked = flat({ ...FOLLOW_UPS.question, scope: 'pods' });
    expect(asked).toContain('May the playbook end its pods');
    expect(asked).toContain('contain, mode remove, scope pods');
    const again = startsIn({ ...FOLLOW_UPS.partly, mode: 'remove', scope: 'pods', proofs: [] });
    expect(again.map(([, { mode, scope }]) => [mode, scope])).toEqual([['remove', 'pods']]);
  });

  test.each<[NonNullable<FollowUp['decision']>['decision'], boolean, number]>([
    ['legitimate', true, 1],
    ['legitimate', false, 0],
    ['refuse', false, 1],
    ['approve', false, 0],
  ])(
    'of a decision offers release where there is something to release: %s, proposed %s',
    (decision, isProposed, offers) => {
      const { proposals, ...decided } = FOLLOW_UPS.decided;
      const followUp = {
        ...decided,
        proposals: isProposed ? proposals : [],
        decision: { ...decided.decision, decision },
      };
      expect(startsIn(followUp)).toHaveLength(offers);
    },
  );

  test('without a finding is known by the UID, and asks for no finding', () => {
    const followUp = FOLLOW_UPS['without a finding'];
    expect(followUpSubject(followUp)).toMatch(/\[containment-2d3c4b5a\]$/);
    expect(startsIn(followUp)[0]?.[1]).toMatchObject(followUp.target);
    expect(startsIn(followUp)[0]?.[1]).not.toHaveProperty('findingId');
    const { findingId: _, ...question } = QUESTION.question as NonNullable<FollowUp['question']>;
    const asked = startsIn({ ...QUESTION, id: followUp.id, question });
    expect(asked.map(([, input]) => input['question'])).toEqual([question.id, question.id]);
  });

  test.each<[string, Partial<FollowUp>, Record<string, unknown>]>([
    [
      'dangers',
      { override: { accept: ['webhook/validating/a.example.com', 'conversion/things.example.com'] } },
      { mode: 'isolate', accept: ['webhook/validating/a.example.com', 'conversion/things.example.com'] },
    ],
    [
      'an unconfirmed snapshot',
      { playbook: 'release', mode: 'release', override: { accept: ['snapshot/unconfirmed'] } },
      { mode: 'release', accept: ['snapshot/unconfirmed'] },
    ],
    [
      'changes of others',
      { playbook: 'release', mode: 'release', override: { accept: [], overwrite: true } },
      { mode: 'release', overwrite: true },
    ],
  ])('refused for %s has a line that goes on all the same, after one that does not', (_, refused, expected) => {
    const followUp = { ...FOLLOW_UPS.refused, ...refused };
    const [plain, override] = startsIn(followUp);
    expect(plain?.[1]).toEqual({ findingId: FINDING.id.slice(0, 16), mode: expected['mode'] });
    expect(override?.[1]).toEqual({ findingId: FINDING.id.slice(0, 16), ...expected });
    expect(playbookInputOf(override?.[1])).toMatchObject(expected);
    for (const line of mailOf(followUp)
      .split('\n')
      .filter((each) => each.includes('start-execution')))
      expect(linkIn(line)).toBeUndefined();
  });

  test('refused for what somebody has named with more than a name leaves the line out', () => {
    const followUp = { ...FOLLOW_UPS.refused, override: { accept: ["webhook/validating/a'; reboot; '@here"] } };
    expect(startsIn(followUp)).toHaveLength(1);
    expect(flat(followUp)).toContain('A command is left out here: a value in it is unusual.');
  });

  test('says what to do in steps that can each be understood alone', () => {
    const leaning =
      /\b(?:above|below|in the same way|as before|then start it|the second time|this very)\b|…|\.\.\.|^(?:Or|And|Then) /;
    for (const followUp of Object.values(FOLLOW_UPS))
      for (const { text } of followUpAdvice(followUp, PLAYBOOKS)) expect(text).not.toMatch(leaning);
  });
});

describe('the mail', () => {
  test('tells what was done, what is proven and what is not, what is open and what is proposed', () => {
    const mail = flat(PARTLY);
    for (const words of [
      "- Isolate network: NetworkPolicy 'allow-all' was created again: somebody with rights outside the namespace is still active.",
      'FAILED Isolate network: The network policy deny-all was deleted again while it was read back.',
      'done Snapshot: 214 objects of 37 kinds are kept.',
      '3 of 6 claims proven, 2 NOT PROVEN, 1 not applicable.',
      "NOT PROVEN No traffic is allowed by a network policy. NetworkPolicy 'allow-all' is back: created at 07:10:30 UTC by kubectl.",
      'NOT PROVEN No watch of its accounts is still open. (does not decide)',
      '1 Remove the access of arn:aws:iam::111122223333:role/ci-deployer, unless its owner confirms the namespace',
    ])
      expect(mail).toContain(words);
    // What is not proven comes first, and what was not a part of the run not at all.
    expect(mail.indexOf('NOT PROVEN No')).toBeLessThan(mail.indexOf('proven No pod'));
    expect(mail).not.toContain('Ask on-call:');
  });

  test('of a question tells what would be removed, until when, and how to answer in the console', () => {
    const lines = mailOf(QUESTION).split('\n');
    expect(flat(QUESTION)).toContain(
      'What would be removed (volumes are kept, 3 of 23, the others in the JSON message): - Deployment "web": deleted, with 3 pods - StatefulSet "db": deleted, with 1 pod; its volume is kept - CronJob "miner": deleted',
    );
    expect(flat(QUESTION)).toContain(
      'Until 2026-11-23 11:10:41 UTC; without an answer nothing is removed, and the namespace stays isolated',
    );
    const about = { findingId: FINDING.id.slice(0, 16), decision: 'approve', planHash: '9f86d081884c' };
    const approve = { ...about, reason: 'WHY', by: 'WHO' };
    expect(lines).toContain(`     ${JSON.stringify(approve)}`);
    expect(
      lines.filter((line) => line.startsWith('     https://us-east-1.console.aws.amazon.com/states/home')),
    ).toEqual([
      expect.stringContaining('#/v2/executions/details/arn:aws:states:'),
      expect.stringMatching(
        /#\/statemachines\/view\/arn:aws:states:us-east-1:111122223333:stateMachine:namespace-sentinel-decide$/,
      ),
    ]);
    // Where decide is not known, the input still is.
    expect(followUpEmail(QUESTION, {}).split('\n')).toContain(`     ${JSON.stringify(approve)}`);
  });

  test('of a decision tells who said what, as data', () => {
    const decision = {
      decision: 'legitimate' as const,
      reason: 'See http://evil.com\n=== X ===',
      decidedBy: 'Ada\u202e',
    };
    expect(flat({ ...FOLLOW_UPS.decided, decision })).toContain(
      `By "Ada\\u202e" (as they call themselves), reason: "See hxxp[:]//evil[.]com\\n= X ="`,
    );
  });

  test('keeps to 78 columns but for commands, links and inputs', () => {
    for (const followUp of Object.values(FOLLOW_UPS))
      for (const line of mailOf(followUp)
        .split('\n')
        .filter((line) => line.length > 78))
        expect(line).toMatch(/^ {5}(?:aws |https:|\{)/);
  });
});

describe('hostile text', () => {
  const TITLES =
    /^(?:WHAT IS OPEN|WHY, AND WHAT IS OPEN|WHAT WOULD BE REMOVED|MORE TO DO|WHAT WAS DONE|WHAT IT WOULD DO|WHAT IS PROVEN|WHAT IS PROPOSED|TO SEE MORE|RECORD)(?:, CONTINUED)?$/;

  test('in the mail breaks no line, fakes no section, becomes no link, and leaves the edge to us', () => {
    fc.assert(
      fc.property(hostileFollowUp, (followUp) => {
        const mail = mailOf(followUp);
        expect(mail).toMatch(/^[\n -~\p{L}\p{M}]*$/u);
        const lines = mail.split('\n');
        for (const line of lines.filter((line) => /^\s*===/.test(line)))
          expect(/^=== (.*) ===$/.exec(line)?.[1]).toMatch(TITLES);
        for (const line of lines) if (!/^ {5}https:\/\//.test(line)) expect(linkIn(line)).toBeUndefined();
        for (const line of lines.filter((line) => /^[^ =]/.test(line))) expect(line).not.toMatch(/["`$<>@]/);
        const subject = followUpSubject(followUp);
        expect(subject).toMatch(/^[A-Z ]+: [ -~]* \[nsf-0123456789ab\]$/);
        expect(subject.length).toBeLessThan(100);
        expect(linkIn(subject)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('in chat mentions nobody, links nothing, formats nothing and keeps its size', () => {
    fc.assert(
      fc.property(hostileFollowUp, (followUp) => {
        const { content, metadata } = followUpNotification(followUp, PLAYBOOKS);
        for (const text of [content.title, content.description, ...content.nextSteps, ...content.keywords]) {
          expect(text).not.toMatch(/[<>&|]|@(?!\])|https?:\/\/|www\./i);
          for (const line of text.split('\n')) {
            const parts = line.split('`');
            expect(parts.length % 2).toBe(1);
            expect(parts.filter((_, index) => index % 2 === 0).join('')).toMatch(/^[\w :;,.()'+*?…•-]*$/);
          }
        }
        expect(content.title.length).toBeLessThanOrEqual(150);
        expect(content.description.length).toBeLessThanOrEqual(2_800);
        for (const value of Object.values(metadata.additionalContext)) expect(value).toMatch(/^[!-~]{1,1024}$/);
      }),
      { numRuns: 200 },
    );
  });
});

describe('chat', () => {
  const descriptionOf = (followUp: FollowUp) => followUpNotification(followUp, PLAYBOOKS).content.description;

  test('lists what would be removed, where it is approved', () => {
    const { description, nextSteps } = followUpNotification(QUESTION, PLAYBOOKS).content;
    expect(description).toContain(
      [
        '*What would be removed (23 objects, volumes are kept):*',
        '• `Deployment web: deleted, with 3 pods`',
        '• `StatefulSet db: deleted, with 1 pod; its volume is kept`',
        '• `CronJob miner: deleted`',
        '• and 20 more: the report has the whole plan',
      ].join('\n'),
    );
    const approve = nextSteps.find((step) => step.startsWith('To approve exactly this plan'));
    expect(approve).toContain('"planHash":"9f86d081884c"');
    expect(nextSteps.filter((step) => /:$/.test(step))).toEqual([]);
  });

  test('lists many objects in part, each in bounds and as data', () => {
    const what = '`<!channel>` http://evil.example\n*approved*'.repeat(40);
    const plan = Array.from({ length: 60 }, (_, index) => ({ kind: 'Pod', name: `web-${index}`, what }));
    const question = { ...(QUESTION.question as NonNullable<FollowUp['question']>), plan, planTotal: 400 };
    const description = descriptionOf({ ...QUESTION, question });
    const objects = description.split('\n').filter((line) => line.startsWith('• `Pod'));
    expect(objects).toHaveLength(15);
    for (const line of objects) expect(line.length).toBeLessThan(140);
    expect(description).toContain('• and 385 more: the report has the whole plan');
    expect(description).not.toMatch(/[<>]|https?:\/\//);
  });

  test('says where to find a line that is too long for it', () => {
    const followUp = { ...FOLLOW_UPS.refused, override: { accept: ['webhook/validating/@here'] } };
    const { nextSteps } = followUpNotification(followUp, PLAYBOOKS).content;
    expect(nextSteps.at(-1)).toMatch(/: the mail and the report have what to paste\.$/);
  });
});

describe('the envelope', () => {
  const of = (followUp: FollowUp) => topic.followUp(followUp, PLAYBOOKS, {});

  test.each<[Kind, string]>([
    ['contained', 'HIGH'],
    ['planned', 'HIGH'],
    ['decided', 'HIGH'],
    ['released', 'HIGH'],
    ['partly', 'UNKNOWN'],
    ['refused', 'UNKNOWN'],
    ['question', 'UNKNOWN'],
  ])('%s passes the filters of those who have to know', (kind, severity) => {
    const { severity: told, ...unknown } = FOLLOW_UPS[kind];
    const outcome = kind === 'partly' ? 'partly-contained' : kind;
    const expected = { severity, outcome, cluster: 'prod', namespace: 'payments' };
    expect(told).toBe('HIGH');
    expect(of(FOLLOW_UPS[kind]).attributes).toEqual(expected);
    expect(of(unknown).attributes).toEqual({ ...expected, severity: 'UNKNOWN' });
  });

  test('carries the follow-up as JSON', () => {
    expect(JSON.parse(bodies(of(PARTLY)).default)).toEqual(PARTLY);
  });

  test('fits, however much there is, and keeps what is needed to act', () => {
    const large: FollowUp = {
      ...QUESTION,
      open: Array.from({ length: 1_000 }, () => '"\\'.repeat(30)),
      proposals: Array.from({ length: 200 }, () => ({ text: '"'.repeat(100), manifest: { a: '\u0001'.repeat(100) } })),
    };
    expect(jsonBytes(large)).toBeGreaterThan(MAX_FOLLOW_UP_BYTES);
    const message = of(large);
    expect(envelopeBytes(message)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
    const json = JSON.parse(bodies(message).default) as FollowUp;
    expect(json.question).toMatchObject({ id: QUESTION.question?.id, planHash: QUESTION.question?.planHash });
    expect(json.cut?.length).toBeGreaterThan(0);
  });
});

describe('reading', () => {
  test('takes what the playbooks send as it is', () => {
    for (const followUp of Object.values(FOLLOW_UPS)) expect(followUpFrom({ followUp })).toEqual(followUp);
  });

  test('leaves out what is of the wrong type, and keeps the rest', () => {
    const broken = {
      ...PARTLY,
      mode: 'all',
      open: ['a', 7],
      steps: [{ step: 'x' }, ...PARTLY.steps],
      at: 1,
      folder: {},
    };
    const { mode, folder, ...rest } = PARTLY;
    expect(followUpFrom({ followUp: broken })).toEqual({ ...rest, open: ['a'], at: 'unknown' });
  });

  test.each<[string, object | null]>([
    ['nothing', null],
    ['no id', { ...PARTLY, id: undefined }],
    ['an id that is a path', { ...PARTLY, id: '../x' }],
    ['no message id', { ...PARTLY, messageId: '' }],
    ['an unknown playbook', { ...PARTLY, playbook: 'destroy' }],
    ['no target', { ...PARTLY, target: {} }],
    ['an unknown outcome', { ...PARTLY, outcome: 'fine' }],
    ['neither outcome nor question', { ...PARTLY, outcome: undefined }],
    ['a question without its plan', { ...QUESTION, question: { ...QUESTION.question, planHash: undefined } }],
  ])('refuses what nobody could act on: %s', (_, followUp) => {
    expect(() => followUpFrom({ followUp })).toThrow(Unreadable);
  });

  test('throws nothing else, and takes no other event for one', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          followUpFrom({ followUp: value });
        } catch (error) {
          expect(error).toBeInstanceOf(Unreadable);
        }
      }),
    );
    for (const event of [undefined, null, 'x', {}, { requestPayload: {} }]) expect(followUpFrom(event)).toBeUndefined();
  });
});

describe('delivery', () => {
  const CONTEXT = { functionName: 'alert', awsRequestId: 'request-1' } as Context;
  let now: number;
  let table: LocalFindingsTable;
  let sender: LocalSender;
  let stored: Map<string, string>;
  beforeEach(() => {
    now = Date.parse('2026-11-23T07:11:00Z');
    table = new LocalFindingsTable(() => now);
    sender = new LocalSender();
    stored = new Map();
  });

  const invoke = (followUp: unknown, clients: Partial<AlertClients> = {}) => {
    const archive = {
      store: async (key: string, body: string) => {
        stored.set(key, body);
        return `s3://evidence/${key}`;
      },
    };
    const settings = {
      destinations: TOPICS,
      leaseMs: 45_000,
      archiveMs: 50,
      recordPausesMs: [0],
      playbooks: PLAYBOOKS,
    };
    return createHandler(
      { table, digests: localDigests(() => now), senders: { sns: sender, eventbridge: sender }, archive, ...clients },
      settings,
    )({ followUp }, CONTEXT);
  };
  const channels = () => sender.sent.map(({ destination }) => destination);

  test('is stored beside the alert, published on both channels, and says where it is', async () => {
    await expect(invoke(QUESTION)).resolves.toEqual({ destinations: ['topic', 'chat'], duplicate: false });
    const folder = `alerts/111122223333/us-east-1/prod/${FINDING.id}/containment/`;
    expect([...stored.keys()].map((key) => key.startsWith(folder))).toEqual([true, true]);
    expect([...stored.keys()].map((key) => key.slice(folder.length)).join(' ')).toMatch(/^[\w-]+\.json [\w-]+\.html$/);
    const [json = '', html = ''] = stored.values();
    expect(JSON.parse(json)).toEqual(QUESTION);
    expect(html).toContain(
      `s3/object/evidence?region=us-east-1&amp;prefix=alerts/111122223333/us-east-1/prod/${FINDING.id}/report.html`,
    );
    const [message] = sender.sent;
    const { default: machine, email = '' } = bodies(message?.message as never);
    expect(JSON.parse(machine)).toMatchObject({
      archive: expect.stringContaining(folder),
      report: expect.stringContaining(folder),
    });
    expect(email).toContain(`prefix=${folder}`);
    expect(JSON.parse(sender.sent[1]?.message.body ?? '')).toMatchObject({ metadata: { threadId: FINDING.id } });
  });

  test('happens once, by the id of the message', async () => {
    await invoke(QUESTION);
    await expect(invoke(QUESTION)).resolves.toEqual({ destinations: [], duplicate: true });
    await expect(invoke({ ...PARTLY })).resolves.toMatchObject({ duplicate: false });
    expect(channels()).toEqual(['topic', 'chat', 'topic', 'chat']);
  });

  test('notes with the finding how its last playbook ended, where that has changed something', async () => {
    await table.record(FINDING);
    const end = () => table.items.get(FINDING.id)?.playbookEnd;
    await invoke(QUESTION);
    expect(end()).toBeUndefined();
    await invoke(PARTLY);
    expect(end()).toEqual({ outcome: 'partly-contained', at: PARTLY.at });
    await invoke({ ...PARTLY, messageId: 'earlier', outcome: 'contained', at: '2020-01-01T00:00:00Z' });
    await invoke({ ...PARTLY, messageId: 'refused', outcome: 'refused', at: '2030-01-01T00:00:00Z' });
    expect(end()).toEqual({ outcome: 'partly-contained', at: PARTLY.at });
    await invoke({
      ...PARTLY,
      messageId: 'later',
      playbook: 'release',
      outcome: 'released',
      at: '2030-01-01T00:00:00Z',
    });
    expect(end()).toEqual({ outcome: 'released', at: '2030-01-01T00:00:00Z' });
  });

  test('does not stand in the way of the alert about the finding', async () => {
    await invoke(PARTLY);
    expect(table.items.has(FINDING.id)).toBe(false);
    await expect(table.claim(FINDING, 45_000)).resolves.toMatchObject({ state: 'owned' });
  });

  test('happens once when two come at the same time', async () => {
    const results = await Promise.allSettled([invoke(QUESTION), invoke(QUESTION)]);
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.any(DeliveryHeldError) },
    ]);
    now += 60_000;
    await expect(invoke(QUESTION)).resolves.toMatchObject({ duplicate: true });
  });

  test('that chat did not take does not repeat the mail', async () => {
    const down: Sender = {
      send: (id, message) => (id === 'chat' ? Promise.reject(new Error('no chat')) : sender.send(id, message)),
    };
    await expect(invoke(QUESTION, { senders: { sns: down, eventbridge: down } })).rejects.toThrow('no chat');
    await expect(invoke(QUESTION)).resolves.toEqual({ destinations: ['chat'], duplicate: false });
    expect(channels()).toEqual(['topic', 'chat']);
  });

  test('happens without the archive, and says so', async () => {
    const archive = { store: () => Promise.reject(new Error('denied')) };
    await expect(invoke(QUESTION, { archive })).resolves.toMatchObject({
      destinations: ['topic', 'chat'],
      archiveFailed: expect.any(String),
    });
    expect(bodies(sender.sent[0]?.message as never)['email']).toContain('The report could not be stored.');
  });

  test('of what cannot be read fails each time, so that it reaches the dead-letter queue', async () => {
    await expect(invoke({ ...PARTLY, playbook: 'x' })).rejects.toThrow(Unreadable);
    expect(table.items.size).toBe(0);
  });
});
