/**
 * What a person reads who sees only the top of a mail about a playbook, or of a digest: answers taken from its lines by a
 * rule, and held against what happened. The sizes hold whatever is in it.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestEmail } from '../../functions/alert/digest/email.ts';
import { MAX_MAIL } from '../../functions/alert/email.ts';
import { followUpEmail } from '../../functions/alert/follow-up/email.ts';
import { momentOf } from '../../functions/alert/moment.ts';
import { MAX_TOP, rowsOnPhone } from '../../functions/alert/top.ts';
import { digestOf, entryOf, windowOf } from '../../functions/contract/digest.ts';
import type { Digest } from '../../functions/contract/digest-message.ts';
import type { Finding } from '../../functions/contract/finding.ts';
import type { FollowUp } from '../../functions/contract/follow-up.ts';
import { DIGEST_REASONS, type DigestReason, type Severity } from '../../functions/contract/vocabulary.ts';
import { FINDING } from './examples.ts';
import { FOLLOW_UPS, PLAYBOOKS } from './follow-up-samples.ts';
import { hostileDigest } from './hostile-digests.ts';
import { hostileFollowUp } from './hostile-follow-ups.ts';
import { hostileText } from './hostility.ts';

/** Names as long as they are where the product is deployed. */
const FOLDER =
  's3://namespacesentinel-evidencebucket-1a2b3c4d5e6f-111122223333/alerts/111122223333/us-east-1/shop-production/nsf-0123456789abcdef0123456789abcdef/containment/contain-end-isolate-1-0123456789ab';
const PLACES = { archive: `${FOLDER}.json`, report: `${FOLDER}.html` };
const MOMENT = momentOf(Date.parse('2026-11-23T07:14:51Z'), 'Europe/Zurich');
const HASH = 'ab'.repeat(32);

const mailOf = (followUp: FollowUp, places = PLACES): string =>
  followUpEmail({ ...followUp, hashList: HASH }, PLAYBOOKS, places, MOMENT);

/** All that the reader sees: nothing that begins below the top. */
function topOf(mail: string): string[] {
  const lines = mail.split('\n');
  return lines.slice(0, lines.findIndex((line) => line.startsWith('Names in these sentences')) - 1);
}

interface Answers {
  state?: string;
  where?: string;
  meaning?: string;
  by?: string;
  when?: string;
  until?: string;
  actions: { text: string; lines: string[] }[];
  open: string[];
}

/** The rule: nothing is known but the lines. */
function read(top: readonly string[]): Answers {
  const [head = [], steps = [], list = []] = top
    .join('\n')
    .split('\n\n')
    .map((block) => block.split('\n'));
  const flat = head.join('\n').replace(/\n(?! {2}\S)\s*/g, ' ');
  const { state, where, meaning } =
    /^(?<state>[A-Z ()a-z]+): (?<where>.*?\.) (?<meaning>.*)$/.exec(flat.split('\n')[0] ?? '')?.groups ?? {};
  const field = (label: string) => new RegExp(`^ {2}${label} (.*)$`, 'm').exec(flat)?.[1];
  const actions = steps
    .join('\n')
    .split(/\n(?= {2}\d )/)
    .map((step) => {
      const lines = step.split('\n');
      const isLine = (line: string) => /^ {5}(?:aws |kubectl |https:)/.test(line);
      const words = lines.filter((line) => !isLine(line)).map((line) => line.trim());
      return { text: words.join(' ').replace(/^\d /, ''), lines: lines.filter(isLine).map((line) => line.trim()) };
    });
  const open = list
    .slice(1)
    .join('\n')
    .split(/\n(?= {2}(?:-|\d+\.) )/)
    .map((entry) => entry.replace(/\s+/g, ' ').trim());
  return JSON.parse(
    JSON.stringify({
      state,
      where,
      meaning,
      by: field('By'),
      when: field('When'),
      until: field('Until'),
      actions,
      open: open.filter((entry) => entry !== ''),
    }),
  );
}

type Kind = keyof typeof FOLLOW_UPS;
const KINDS = Object.keys(FOLLOW_UPS) as Kind[];
const loose = (text: string): string => text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();

describe('from the top of each mail about a playbook a reader says', () => {
  test.each<[Kind, state: string, meaning: RegExp]>([
    ['contained', 'CONTAINED', /isolated.*still runs, cut off/],
    ['removed', 'CONTAINED', /isolated and nothing runs in it any more/],
    ['removal refused', 'CONTAINED', /isolated.*still runs, cut off/],
    ['removal unanswered', 'PARTLY CONTAINED', /isolated, but what runs in it was not removed/],
    ['partly', 'PARTLY CONTAINED', /may not be cut off.*Look at it now/],
    ['planned', 'PLAN', /Nothing was changed.*isolation would do/],
    ['refused', 'NOT CONTAINED', /refused and has touched nothing.*look at it now/],
    ['not started', 'NOT CONTAINED', /could not be started automatically.*not isolated.*Start it now/],
    ['question', 'ANSWER NEEDED', /isolated. May the playbook stop and delete what runs in it \(23 objects\)/],
    ['released', 'RELEASED', /as it was, and it may act again/],
    ['partly released', 'PARTLY RELEASED', /may act again, but not everything came back/],
    ['release refused', 'NOT RELEASED', /refused and has touched nothing/],
    ['planned release', 'PLAN', /Nothing was changed.*release would do/],
    ['decided', 'DECIDED', /the finding is closed/],
    ['approved', 'DECIDED', /The removal was approved/],
    ['refused removal', 'DECIDED', /refused. The namespace stays isolated/],
    ['undecided', 'NOT DECIDED', /Nothing was decided/],
    ['without a finding', 'CONTAINED', /isolated/],
  ])('what the state is, of what: %s', (kind, state, meaning) => {
    const answers = read(topOf(mailOf(FOLLOW_UPS[kind])));
    expect(answers).toMatchObject({
      state,
      where: 'namespace payments in cluster prod.',
      meaning: expect.stringMatching(meaning),
    });
  });

  test('of every kind', () => {
    expect(KINDS).toHaveLength(18);
  });

  test.each(KINDS)('by whom, and how long ago: %s', (kind) => {
    const followUp: FollowUp = FOLLOW_UPS[kind];
    const { by = '', when } = read(topOf(mailOf(followUp)));
    expect(when).toBe('4 min ago: 2026-11-23 07:10:41 UTC (08:10:41 Europe/Zurich)');
    expect(loose(by)).toContain(loose(followUp.decision?.decidedBy ?? `playbook ${followUp.playbook}`));
    if (followUp.mode && !followUp.decision) expect(by).toContain(`mode ${followUp.mode}`);
  });

  test.each<[execution: string, how: string]>([
    ['arn:aws:states:us-east-1:111122223333:execution:namespace-sentinel-contain:auto-nsf-1', 'started automatically'],
    ['arn:aws:states:us-east-1:111122223333:execution:namespace-sentinel-contain:f00-1', 'started by a person'],
  ])('how it was started: %s', (execution, how) => {
    expect(read(topOf(mailOf({ ...FOLLOW_UPS.contained, execution }))).by).toContain(how);
  });

  test.each<[Kind, RegExp[]]>([
    ['contained', [/eks delete-access-entry/, /report\.html|s3\/object/, /"mode":"remove"/]],
    ['removed', [/eks delete-access-entry/, /s3\/object/, /-release.*"mode":"release"/]],
    ['removal refused', [/eks delete-access-entry/, /s3\/object/, /-release.*"mode":"release"/]],
    ['removal unanswered', [/eks delete-access-entry/, /s3\/object/, /"mode":"remove"/]],
    ['partly', [/eks delete-access-entry/, /s3\/object/, /"mode":"isolate"/]],
    ['planned', [/s3\/object/, /"mode":"isolate"/]],
    ['refused', [/s3\/object/, /"mode":"isolate"/]],
    ['not started', [/s3\/object/, /"mode":"isolate"/]],
    ['question', [/s3\/object/, /"approve","planHash"/, /"refuse"/]],
    ['released', [/s3\/object/, /"decision":"legitimate"/]],
    ['partly released', [/s3\/object/, /"mode":"release"/, /"decision":"legitimate"/]],
    ['release refused', [/s3\/object/, /"mode":"release"/]],
    ['planned release', [/s3\/object/, /"mode":"release"/]],
    ['decided', [/s3\/object/, /-release.*"mode":"release"/]],
    ['approved', [/s3\/object/]],
    ['refused removal', [/s3\/object/, /-release.*"mode":"release"/]],
    ['undecided', [/s3\/object/, /"decision":"legitimate"/]],
    ['without a finding', [/eks delete-access-entry/, /s3\/object/, /"mode":"remove"/]],
  ])('what to do, each with one line: %s', (kind, expected) => {
    const { actions } = read(topOf(mailOf(FOLLOW_UPS[kind])));
    expect(actions.map(({ lines }) => lines)).toEqual(expected.map((line) => [expect.stringMatching(line)]));
    for (const { text } of actions) expect(text).toMatch(/^[A-Z].*[a-z).]:$/);
  });

  test.each(KINDS)('what is open, or what would be removed, and where the rest is: %s', (kind) => {
    const followUp: FollowUp = FOLLOW_UPS[kind];
    const top = topOf(mailOf(followUp));
    const { open, until } = read(top);
    if (followUp.question) {
      expect(open.map((entry) => loose(entry))).toEqual(
        followUp.question.plan
          .slice(0, open.length)
          .map(({ kind: what, name }) => expect.stringContaining(loose(what + name))),
      );
      expect(open.length).toBeGreaterThan(1);
      expect(top.join(' ').replace(/\s+/g, ' ')).toMatch(
        /volumes are kept, \d of 23, the others (?:below|in the report)\):/,
      );
      expect(until).toMatch(
        /^2026-11-23 11:10:41 UTC \(12:10:41 Europe\/Zurich\); without an answer nothing is removed/,
      );
    } else expect(open.map(loose)).toEqual(followUp.open.map((sentence) => expect.stringContaining(loose(sentence))));
  });

  test('that the creator can still act, where that is so, and nowhere else', () => {
    for (const kind of KINDS) {
      const { meaning = '' } = read(topOf(mailOf(FOLLOW_UPS[kind])));
      const isOpen = /The creator can still act in the cluster: remove the access first\.$/.test(meaning);
      const contained: Kind[] = [
        'contained',
        'removed',
        'removal refused',
        'removal unanswered',
        'partly',
        'without a finding',
      ];
      expect([kind, isOpen]).toEqual([kind, contained.includes(kind)]);
    }
    const closed = { ...FOLLOW_UPS.contained, proposals: FOLLOW_UPS.contained.proposals.slice(1) };
    const { meaning, actions } = read(topOf(mailOf(closed)));
    expect(meaning).not.toContain('creator');
    expect(actions[0]?.text).toMatch(/^Look at the report/);
  });
});

describe('each mail about a playbook', () => {
  test.each(KINDS)('says nothing twice: %s', (kind) => {
    const mail = mailOf(FOLLOW_UPS[kind]);
    const sentences = mail.replace(/\s+-?\s*/g, ' ').split(/(?<=[.?:]) /);
    expect(sentences.filter((each, index) => each.length > 40 && sentences.indexOf(each) !== index)).toEqual([]);
  });

  test.each(KINDS)('has all of it, where there is room: %s', (kind) => {
    const followUp: FollowUp = FOLLOW_UPS[kind];
    const mail = mailOf(followUp).replace(/\s+/g, ' ');
    for (const sentence of followUp.open) expect(loose(mail)).toContain(loose(sentence));
    for (const { claim, verdict } of followUp.proofs)
      if (verdict !== 'not-applicable') expect(loose(mail)).toContain(loose(claim));
    if (!followUp.question && followUp.playbook !== 'decide')
      for (const { text } of followUp.proposals) expect(loose(mail)).toContain(loose(text));
    expect(mail).toContain(HASH);
  });

  test('keeps names of people in their own script', () => {
    expect(read(topOf(mailOf(FOLLOW_UPS.approved))).by).toContain('"Jürgen Müller"');
    expect(read(topOf(mailOf(FOLLOW_UPS['refused removal']))).by).toContain('"山田太郎"');
  });
});

const sizesOf = (mail: string) => {
  const top = topOf(mail);
  return {
    lines: mail.split('\n').length,
    bytes: Buffer.byteLength(mail),
    top: top.length,
    rows: rowsOnPhone(top),
  };
};
/** @param rows of a phone: what people are named has no bounds there but that of the lines */
function expectSizes(mail: string, rows = Number.POSITIVE_INFINITY): void {
  const sizes = sizesOf(mail);
  const most = { lines: MAX_MAIL.lines, bytes: MAX_MAIL.bytes, top: MAX_TOP, rows };
  for (const key of ['lines', 'bytes', 'top', 'rows'] as const)
    expect([key, sizes[key], sizes[key] <= most[key]]).toEqual([key, sizes[key], true]);
}

const grown = <T>(list: readonly T[], count: number): T[] =>
  list.length === 0 ? [] : Array.from({ length: count }, (_, index) => list[index % list.length] as T);

/** As much as can be, in letters of three bytes. */
const LONG = 'ท่าอากาศยานสุวรรณภูมิ '.repeat(40);

describe('the sizes hold', () => {
  test.each(KINDS)('of each kind, in the top also on a phone: %s', (kind) => {
    expectSizes(mailOf(FOLLOW_UPS[kind]), 42);
  });

  test.each(KINDS)('of each kind with hundreds of long entries, which are counted: %s', (kind) => {
    const followUp: FollowUp = FOLLOW_UPS[kind];
    const many: FollowUp = {
      ...followUp,
      summary: LONG,
      open: Array.from({ length: 400 }, (_, index) => `Isolate network: ${index} ${LONG}`),
      steps: grown(followUp.steps, 300).map((step) => ({ ...step, summary: LONG })),
      proofs: grown(followUp.proofs, 300).map((proof) => ({ ...proof, how: LONG })),
      proposals: grown(followUp.proposals, 300),
      override: { accept: Array.from({ length: 20 }, (_, index) => `webhook/validating/${'w'.repeat(200)}-${index}`) },
      ...(followUp.decision && { decision: { ...followUp.decision, reason: LONG, decidedBy: LONG } }),
      ...(followUp.question && {
        question: { ...followUp.question, plan: grown(followUp.question.plan, 400), planTotal: 4_000 },
      }),
    };
    const mail = mailOf(many);
    expectSizes(mail);
    expect(mail.replace(/\s+/g, ' ')).toMatch(/\(\S.*? of (?:400|4000), the others (?:below|in the report)\)/);
    expect(mail).toMatch(/and \d+ more: in the report|No room here for: .*/);
  });

  test('whatever is in a follow-up, and however much', () => {
    fc.assert(
      fc.property(
        hostileFollowUp,
        fc.array(hostileText, { maxLength: 30 }),
        fc.constantFrom(0, 1, 20, 200),
        fc.boolean(),
        (followUp, open, times, isStored) => {
          const large = {
            ...followUp,
            open,
            steps: grown(followUp.steps, times),
            proofs: grown(followUp.proofs, times),
            proposals: grown(followUp.proposals, times),
          };
          expectSizes(followUpEmail(large, PLAYBOOKS, isStored ? PLACES : {}, MOMENT));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('whatever is in a digest', () => {
    fc.assert(
      fc.property(hostileDigest, fc.boolean(), (digest, isStored) => {
        expectSizes(digestEmail(digest, isStored ? PLACES : {}, MOMENT));
      }),
      { numRuns: 300 },
    );
  });
});

const row = (finding: Partial<Finding>, count: number, reason: DigestReason, severity?: Severity) => {
  const { about, sample } = entryOf({ ...FINDING, ...finding }, reason, severity);
  return { ...about, count, first: sample, latest: { ...sample, findingId: 'nsf-fedcba9876543210' } };
};
const digestWith = (rows: Digest['rows'], reason?: DigestReason): Digest =>
  digestOf(windowOf(FINDING.cluster, Date.parse('2026-11-23T06:30:00Z'), reason), rows, true);

describe('from the top of a digest a reader says', () => {
  test.each(DIGEST_REASONS)('what it is, when, what happened, by whom, and what to do: %s', (reason) => {
    const outcome = reason === 'refused' ? 'attempt-denied' : 'created';
    const digest = digestWith([row({ outcome }, 12, reason, 'LOW')], reason);
    const mail = digestEmail(digest, PLACES, MOMENT);
    const { state, where, meaning, when, actions, open } = read(topOf(mail));
    expect(state).toMatch(/^(?:LOW|UNKNOWN) \(digest\)$/);
    expect(where).toBe('12 findings in prod, us-east-1.');
    expect(meaning).toMatch(/reported on its own\.$/);
    if (reason === 'accepted') expect(when).toMatch(/^2026-11-23 00:00 to 2026-11-24 00:00 UTC/);
    else expect(when).toBe('14 min ago: 2026-11-23 06:00 to 07:00 UTC (07:00 to 08:00 Europe/Zurich)');
    expect(open).toHaveLength(1);
    expect(open[0]).toMatch(
      /^1\. 12 .*by arn:aws:iam::111122223333:role\/ci-deployer; first .*namespace "payments".*nsf-0123456789ab;/,
    );
    expect(actions).toHaveLength(reason === 'not-investigated' ? 2 : 1);
    for (const { text } of actions) expect(text).toMatch(/^[A-Z].*[.:"]$/);
  });

  test('how much more there is', () => {
    const rows = Array.from({ length: 90 }, (_, index) =>
      row({ outcome: 'attempt-denied', actor: { kind: 'user', username: `u-${index}` } }, 3, 'refused'),
    );
    const mail = digestEmail(digestWith(rows), PLACES, MOMENT);
    expectSizes(mail, 42);
    const shown = mail.match(/ {2}\d+\. 3 attempts/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(10);
    expect(mail).toContain(`And ${270 - 3 * shown} more, in ${90 - shown} groups like these.`);
  });
});
