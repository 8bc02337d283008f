/**
 * What a person reads who sees only the top of a mail: five answers, taken from its lines by a rule, and held against what the
 * alert knows. The sizes of all mails are held as well. The judge's test plays every situation of the corpus, and reads the mails.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { emailOf, MAX_MAIL } from '../../functions/alert/email.ts';
import { subjectOf } from '../../functions/alert/headline.ts';
import { momentOf } from '../../functions/alert/moment.ts';
import { newsTexts } from '../../functions/alert/news.ts';
import { withPlaybooks } from '../../functions/alert/state-machine-arns.ts';
import type { Told } from '../../functions/alert/told.ts';
import { MAX_TOP, rowsOnPhone } from '../../functions/alert/top.ts';
import type { Alert, HowToContain } from '../../functions/contract/alert.ts';
import { gradeOf } from '../../functions/contract/grade.ts';
import { ALERTING_OUTCOMES } from '../../functions/contract/vocabulary.ts';
import { withPlainTimes } from '../../functions/kit/phrase.ts';
import { PLAYBOOKS } from './follow-up-samples.ts';

interface Sent {
  name: string;
  alert: Alert;
  mail: string;
  /** All that the reader sees. */
  top: string[];
}

/** Names as long as they are where the product is deployed. */
const PLACE =
  's3://namespacesentinel-evidencebucket-1a2b3c4d5e6f-111122223333/alerts/111122223333/us-east-1/shop-production';

/** The mail with the lines that start the playbooks. @param name of the situation */
export function mailAsDeployed(name: string, told: Alert): Sent {
  const folder = `${PLACE}/${told.id}/`;
  const alert = withPlaybooks({ ...told, archive: `${folder}alert.json`, report: `${folder}report.html` }, PLAYBOOKS);
  const requested = Date.parse(alert.finding.request.at ?? '');
  const mail = emailOf(alert, momentOf(requested + 250_000, 'Europe/Zurich'));
  return { name, alert, mail, top: firstLines(mail) };
}

/** As many lines as the top has at most, without what begins below it. */
function firstLines(mail: string): string[] {
  const lines = mail.split('\n').slice(0, MAX_TOP);
  const end = lines.findIndex((line) => line.startsWith('"Quoted"'));
  return end < 0 ? lines : lines.slice(0, end);
}

interface Answers {
  what?: string;
  who?: string;
  when?: string;
  grade?: string;
  meaning?: string;
  why: string[];
  look?: string;
  isolate?: string;
  expected?: string;
}

/** The rule: nothing is known but the lines. */
function read(top: readonly string[]): Answers {
  const text = top.join('\n');
  const flat = text.replace(/\n {3,}(?=\S)/g, ' ');
  const field = (label: string) => new RegExp(`^ {2}${label} (.*)$`, 'm').exec(flat)?.[1];
  const [head = ''] = text.replace(/\n(?! )/g, ' ').split(/\n| {2}Who /);
  const { grade, what, meaning } =
    /^(?:SEVERITY )?(?<grade>[A-Z]+)[^:]*: (?<what>.*?\.) (?<meaning>.*)$/.exec(head)?.groups ?? {};
  const step = (number: number) =>
    new RegExp(`^ {2}${number} [^]*?(?=\\n {2}\\d |\\n\\n|(?![^]))`, 'm').exec(text)?.[0];
  return JSON.parse(
    JSON.stringify({
      what,
      grade,
      meaning,
      who: field('Who'),
      when: field('When'),
      why: [...flat.matchAll(/^ {2}- (.*)$/gm)].map(([, reason]) => reason),
      look: step(1),
      isolate: step(2),
      expected: step(3),
    }),
  );
}

const loose = (text: string): string => text.replace(/[^a-z0-9]/gi, '').toLowerCase();

/** A date is left out where the time is enough. */
const withoutDates = (text: string): string => text.replaceAll(/20\d{6}(?=\d{6}utc)/g, '');

/** @param sent the mails of all situations, once they were played */
export function readMails(mailsOf: () => readonly Sent[]): void {
  let sent: readonly Sent[];
  beforeAll(() => {
    sent = mailsOf();
  });

  describe('from the top of each mail a reader says', () => {
    test('what happened, where', () => {
      expect(sent.length).toBeGreaterThanOrEqual(140);
      for (const { name, alert, top } of sent) {
        const { finding } = alert;
        const words = [finding.namespace.name ?? 'a namespace', `cluster ${finding.cluster.name}`];
        const happened = ALERTING_OUTCOMES.includes(finding.outcome) ? /created/ : /denied|rejected/;
        for (const word of [...words, happened])
          expect([name, read(top).what]).toEqual([name, expect.stringMatching(word)]);
      }
    });

    test('who did it, and how long ago', () => {
      for (const { name, alert, top } of sent) {
        const { principalArn, username = '' } = alert.finding.actor;
        const { who = '', when } = read(top);
        const last = (principalArn ?? username).split(/[/:]/).at(-1) ?? '';
        expect([name, loose(who)]).toEqual([name, expect.stringContaining(loose(last))]);
        expect([name, when]).toEqual([
          name,
          expect.stringMatching(/^4 min ago: \d{4}-\d\d-\d\d .* UTC \(.*Europe\/Zurich\)$/),
        ]);
      }
    });

    test('how bad it is', () => {
      for (const { name, alert, top } of sent) {
        const { grade, meaning } = read(top);
        expect([name, grade]).toEqual([name, gradeOf(alert)]);
        expect([name, meaning]).toEqual([name, expect.stringMatching(/\w+.*(now|today|so far)\.$/)]);
      }
    });

    test('why: the three weightiest reasons, each of them whole, and none of no weight', () => {
      for (const { name, alert, top } of sent) {
        const { why } = read(top);
        expect(why.length).toBeGreaterThan(0);
        const forms = ({ text, brief = text }: Told): string[] =>
          [text, brief].map((form) => loose(withPlainTimes(form)));
        const said = why.map((reason) => loose(reason));
        const isSaid = (told: Told): boolean =>
          forms(told).some((form) => said.some((each) => withoutDates(form).endsWith(withoutDates(each))));
        const counting = (alert.assessment?.indicators ?? []).filter(({ weight }) => weight !== 0);
        const heaviest = counting.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight)).slice(0, 3);
        const unsaid = heaviest.filter(({ reason, brief }) => !isSaid({ text: reason, brief }));
        expect([name, unsaid.map(({ id }) => id)]).toEqual([name, []]);
        expect([name, why.filter((reason) => reason.endsWith(' ...'))]).toEqual([name, []]);
        const known = [...counting.map(({ reason, brief }) => ({ text: reason, brief })), ...newsTexts(alert)].flatMap(
          forms,
        );
        if (known.length > 0)
          expect([
            name,
            said.filter((each) => !known.some((form) => withoutDates(each).includes(withoutDates(form)))),
          ]).toEqual([name, []]);
      }
    });

    test('what to do: one link, one command, and how to say that it was expected', () => {
      for (const { name, alert, top } of sent) {
        const { look = '', isolate = '', expected = '' } = read(top);
        expect([name, look.match(/https:\/\/\S+/g)]).toEqual([
          name,
          [expect.stringContaining(`${alert.id}/report.html`)],
        ]);
        if (ALERTING_OUTCOMES.includes(alert.finding.outcome)) {
          const { isolate: start, console = '' } = alert.contain as HowToContain;
          expect([name, isolate.split('\n').map((line) => line.trim())]).toEqual([
            name,
            [
              expect.stringMatching(/release/),
              start.command,
              expect.stringContaining(JSON.stringify(start.input)),
              console,
            ],
          ]);
          expect([name, expected]).toEqual([name, expect.stringContaining(alert.decide?.legitimate.command ?? '-')]);
        } else {
          expect([name, isolate]).toEqual([name, expect.stringContaining('nothing to isolate')]);
          expect([name, expected]).toEqual([name, expect.stringContaining('nothing to do')]);
        }
      }
    });
  });

  describe('each mail', () => {
    test('keeps its sizes: the top, the screen of a phone, the answers, the whole', () => {
      for (const { name, mail } of sent) {
        const lines = mail.split('\n');
        const top = lines.slice(0, lines.findIndex((line) => line.startsWith('"Quoted"')) - 1);
        const [, answers = ''] = mail.split(/\n=== ANSWERS ===|\n=== MORE ===/);
        const sizes = [lines.length, Buffer.byteLength(mail), top.length, rowsOnPhone(top), answers.split('\n').length];
        const most = [MAX_MAIL.lines, MAX_MAIL.bytes, MAX_TOP, 42, MAX_MAIL.answers];
        expect([name, sizes.map((size, index) => size <= (most[index] ?? 0))]).toEqual([name, most.map(() => true)]);
      }
    });

    test('says nothing twice, and nothing that tells nothing', () => {
      for (const { name, mail, alert } of sent) {
        const sentences = mail.replace(/\s+-?\s*/g, ' ').split(/(?<=[.?:]) /);
        const twice = sentences.filter((each, index) => each.length > 40 && sentences.indexOf(each) !== index);
        expect([name, twice]).toEqual([name, []]);
        expect([name, mail]).toEqual([
          name,
          expect.not.stringMatching(/system:authenticated|kube-root-ca|Lease|\+0 |\[\.\]kubernetes/),
        ]);
        const weightless = (alert.assessment?.indicators ?? []).filter(({ weight }) => weight === 0);
        const flat = loose(mail.split('=== NOT KNOWN')[0] ?? '');
        for (const { reason } of weightless)
          expect([name, flat]).toEqual([name, expect.not.stringContaining(loose(reason))]);
      }
    });

    test('asks nothing about a namespace that was not created', () => {
      const attempts = sent.filter(({ alert }) => !ALERTING_OUTCOMES.includes(alert.finding.outcome));
      expect(attempts.length).toBeGreaterThan(0);
      for (const { name, mail } of attempts)
        expect([name, mail]).toEqual([
          name,
          expect.not.stringMatching(/the name of the namespace|runs in the namespace/),
        ]);
    });

    test('has a subject with severity, namespace and cluster, all of them whole', () => {
      for (const { alert } of sent) {
        const { namespace, cluster, outcome } = alert.finding;
        const isRefused = outcome === 'attempt-denied' || outcome === 'rejected';
        const name = `${isRefused ? 'creation of ' : ''}${namespace.name ?? 'a namespace'}`;
        expect(subjectOf(alert)).toMatch(
          new RegExp(`^[A-Z]+( \\([^)]+\\))?: ${name}.* in ${cluster.name} \\[${alert.id.slice(0, 16)}\\]$`),
        );
      }
    });
  });
}
