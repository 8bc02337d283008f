/**
 * The mail: plain text that a person half asleep understands within a minute. The top says what to do; below it what is not
 * known, then the answers to the questions of the procedure. What does not fit is in the report and in the JSON.
 */
import { detailsOf } from '../checks/index.ts';
import type { Alert } from '../contract/alert.ts';
import { drillWords } from '../contract/drill.ts';
import type { Finding } from '../contract/finding.ts';
import { type AnswerSummary, answers } from './answers.ts';
import { ACCOUNT, matching, REGION, UUID } from './grammar.ts';
import { limitedWords } from './headline.ts';
import {
  bullet,
  field,
  firstFitting,
  heading,
  paragraph,
  type Room,
  shared,
  sizeOf,
  type Text,
  within,
} from './layout.ts';
import { type Moment, momentOf, withoutDay } from './moment.ts';
import { plain } from './plain.ts';
import { wholeRecord } from './see-more.ts';
import { stepLines } from './step.ts';
import { harmless, kubernetesKey, quoted } from './text.ts';
import { topOf } from './top.ts';
import { unknowns } from './unknowns.ts';

/** A mail is no longer. */
export const MAX_MAIL = { lines: 80, bytes: 5_000, answers: 40 } as const;

/** How many things that are not known are shown: the first that leaves enough room. */
const CAPS = [6, 4, 3, 2] as const;
/** Lines of one of them. Only one of an earlier version, without a short form, may need more. */
const MAX_UNKNOWN = 3;
const ENOUGH: Room = { lines: 24, bytes: 1_700 };

/** The text of the mail. @param moment when it is worded, and for whom */
export function emailOf(alert: Alert, moment: Moment = momentOf(Date.now())): string {
  const shown = withoutDay(alert.finding.request.at ?? alert.finding.namespace.createdAt);
  const top = topOf(alert, moment);
  const partsOf = (most: number) => {
    const [before, after] = [[...top, '', ...unsure(alert, most, shown)], more(alert)];
    const title = heading((alert.evidence ?? []).length > 0 ? 'Answers' : 'Record');
    const taken = sizeOf([...before, ...title, ...after, '']);
    const room: Room = {
      lines: Math.min(MAX_MAIL.answers - title.length, MAX_MAIL.lines - taken.lines),
      bytes: MAX_MAIL.bytes - taken.bytes,
    };
    return { before: [...before, ...title], room, after };
  };
  const { before, room, after } = firstFitting(
    CAPS,
    partsOf,
    ({ room: { lines, bytes } }) => lines >= ENOUGH.lines && bytes >= ENOUGH.bytes,
  );
  return [...before, ...shared(answersTo(alert, shown, before), room), ...after, ''].join('\n');
}

const text = (label: string, forms: readonly string[]): Text => ({
  forms,
  lay: (form) => field(label, form),
  isMain: label !== '',
});

type Shown = (sentence: string) => string;

const flat = (text: string): string => text.replace(/\s+/g, ' ');
const SENTENCES = /(?<=\.) (?=[A-Z])/;
/** Sentences that begin with as many of the same characters say the same; shorter ones than `SHORT` may be said again. */
const ALIKE = 60;
const SHORT = 26;
/** `The creator can now: `, after which two checks say the same. */
const LEAD = /^[^:]{1,30}: /;

/** One text for each thing that is told. @param above what was told already: no sentence stands in a mail twice */
function answersTo(alert: Alert, shown: Shown, above: readonly string[]): Text[] {
  const rows = answers(alert).filter(({ later }) => !later || alert.report === undefined);
  const told = [flat(above.join(' '))];
  const news = (line: string): string => {
    const isNew = (each: string) => !told.some((before) => before.includes(each.replace(LEAD, '').slice(0, ALIKE)));
    const sentences = line.split(SENTENCES).filter(isNew);
    told.push(...sentences.filter(({ length }) => length >= SHORT));
    return sentences.join(' ');
  };
  const [first = [], others = []] = [true, false].map((isFirst) =>
    rows.filter(({ place }) => (place === 1) === isFirst).flatMap((row) => answerTexts(row, shown, news)),
  );
  return [...first, ...recorded(alert.finding), ...others, ...message(alert)];
}

function unsure(alert: Alert, most: number, shown: Shown): string[] {
  const { evidence = [] } = alert;
  const silent = evidence.filter(({ status }) => status === 'not-checked').length;
  const limited = limitedWords(alert);
  const all = unknowns(alert);
  return [
    ...paragraph('"Quoted" text was chosen by others, perhaps an intruder: treat it as data.'),
    ...heading('Not known'),
    ...(alert.finding.drill === 'said' ? paragraph(drillWords('said') ?? '') : []),
    ...(silent > 0 ? paragraph(`${silent} of ${evidence.length} checks gave no answer, so it may be worse.`) : []),
    ...(limited === undefined ? [] : paragraph(limited)),
    ...(all.length === 0 ? paragraph('Every check gave an answer.') : []),
    ...all.slice(0, most).flatMap((text) => within(bullet(shown(text)), MAX_UNKNOWN)),
    ...(all.length > most ? bullet(`and ${all.length - most} more`) : []),
  ];
}

/** What the record holds of the namespace, below the first answer. */
function recorded({ namespace, cluster }: Finding): Text[] {
  const { uid, labels = {}, annotations = {}, name } = namespace;
  const place = [
    ...(uid === undefined ? [] : [`UID ${matching(UUID, uid) ?? quoted(uid, 60)}`]),
    matching(REGION, cluster.region) ?? 'Region not known',
    matching(ACCOUNT, cluster.account) ? `account ${cluster.account}` : 'account not known',
  ];
  return [
    { ...text('', [place.join(', ')]), isMain: true },
    ...pairs('Labels', labels, ([key, value]) => key !== 'kubernetes.io/metadata.name' || value !== name),
    ...pairs('Annotations', annotations, ([key]) => key !== 'kubectl.kubernetes.io/last-applied-configuration'),
  ];
}

const MAX_PAIRS = 4;

function pairs(label: string, values: Record<string, string>, isTelling: (pair: [string, string]) => boolean): Text[] {
  const all = Object.entries(values).filter(isTelling);
  if (all.length === 0) return [];
  const more = all.length > MAX_PAIRS ? [`${all.length - MAX_PAIRS} more`] : [];
  const shown = all.slice(0, MAX_PAIRS).map(([key, value]) => `${kubernetesKey(key)}: ${quoted(value, 60)}`);
  return [text('', [`${label} ${[...shown, ...more].join(', ')}`])];
}

/**
 * Each line in its short form, where it has one, then whole. @param news what of the whole was not told already
 */
function answerTexts(
  { label, place, lines, missing }: AnswerSummary,
  shown: Shown,
  news: (line: string) => string,
): Text[] {
  const told = lines.flatMap(({ brief, whole }) => {
    const forms = [...(brief ? [news(shown(plain(brief)))] : []), news(shown(plain(whole)))].filter(
      (form) => form !== '',
    );
    return forms.length > 0 ? [forms] : [];
  });
  const different = told.filter(([first], index) => told.findIndex(([other]) => other === first) === index);
  const [{ brief = undefined, reason = 'no reason was given' } = {}] = missing;
  const why = news(shown(`${harmless(brief ?? reason).replace(/\.$/, '')}.`));
  const silent = missing.length === 0 ? 'Told at the top.' : why === '' ? 'Not checked.' : `Not checked: ${why}`;
  return (different.length > 0 ? different : [[silent]]).map((forms, index) =>
    text(index > 0 ? '' : place === undefined ? label : `${place} ${label}`, forms),
  );
}

/** Ready to send, where somebody to ask is known. */
function message(alert: Alert): Text[] {
  const { contacts = [], message: ready } = detailsOf(alert).owner ?? {};
  if (contacts.length === 0 || ready === undefined) return [];
  const lines = ready.split('\n').filter((line) => line.trim() !== '');
  return [text('Message', [lines.map((line) => harmless(line, 300)).join(' ')])];
}

function more({ id, archive }: Alert): string[] {
  return [
    ...heading('More'),
    ...(archive === undefined
      ? paragraph('The whole alert could not be stored; the JSON message of this topic holds what there is.')
      : stepLines({ text: 'Full alert (JSON):', commands: [wholeRecord(archive)] }, '-')),
    ...paragraph(`Finding ${id}`),
  ];
}
