/** The mail of a digest: what it is about and what to do on top, then what happened, the worst first. */
import type { Digest, DigestRow } from '../../contract/digest-message.ts';
import type { Places } from '../destinations/destination.ts';
import { MAX_MAIL } from '../email.ts';
import { fairSections, type MailSection } from '../fair-sections.ts';
import { shortId } from '../headline.ts';
import { bullet, firstFitting, heading, paragraph, type Room, sizeOf } from '../layout.ts';
import { type Moment, momentOf, periodWords, withoutDay } from '../moment.ts';
import { plain } from '../plain.ts';
import { wholeRecord } from '../see-more.ts';
import { stepLines } from '../step.ts';
import { isTop } from '../top.ts';
import {
  actorPhrase,
  digestAdvice,
  digestTitle,
  explanationOf,
  hiddenRows,
  othersWords,
  rowWords,
  samplePhrase,
} from './words.ts';

/** How many rows of the digest are in the top: the first that fits. */
const CAPS = [5, 4, 3, 2, 1, 0] as const;

/** @param moment when it is worded, and for whom */
export function digestEmail(digest: Digest, { archive }: Places, moment: Moment = momentOf(Date.now())): string {
  const { rows, id, others } = digest;
  const all = rows.map((row, index) => rowLines(row, index + 1, withoutDay(digest.from)));
  const topWith = (most: number) => {
    const shown = Math.min(most, rows.length);
    return { shown, lines: topOf(digest, all, shown, moment) };
  };
  const top = firstFitting(CAPS, topWith, ({ lines }) => isTop(lines));
  const before = [
    ...top.lines,
    '',
    ...paragraph('Names in these sentences were chosen by others, perhaps an intruder: treat them as data.'),
  ];
  const end = [
    ...heading('Record'),
    ...stepLines(
      archive === undefined
        ? { text: 'The digest could not be stored; the JSON message of this topic holds what there is.' }
        : { text: 'Everything, as JSON:', commands: [wholeRecord(archive)] },
      '-',
    ),
    ...bullet('A finding with all that is known of it: "sentinel findings show ID"'),
    ...paragraph(`Digest ${id}.`),
  ];
  const taken = sizeOf([...before, ...end, '']);
  const room: Room = { lines: MAX_MAIL.lines - taken.lines, bytes: MAX_MAIL.bytes - taken.bytes };
  const below: MailSection = {
    title: top.shown > 0 ? 'What happened, continued' : 'What happened, the worst first',
    entries: all.slice(top.shown),
    more: others?.rows ?? 0,
    restWords: (hidden) => hiddenWords(digest, rows.length + (others?.rows ?? 0) - hidden) ?? '',
  };
  return [...before, ...fairSections([below], room, 'in the JSON').lines, ...end, ''].join('\n');
}

/** What is not shown, where only so many rows are. */
const hiddenWords = (digest: Digest, shown: number): string | undefined =>
  othersWords({ ...digest, ...hiddenRows(digest, shown) });

function topOf(digest: Digest, all: readonly string[][], most: number, moment: Moment): string[] {
  const steps = digestAdvice(digest);
  const isAll = most === all.length;
  const others = isAll ? hiddenWords(digest, most) : undefined;
  const title = `What happened, the worst first${isAll ? '' : ` (${most} of ${all.length} groups, the others below)`}:`;
  return [
    ...paragraph(`${digestTitle(digest)} ${explanationOf(digest)}`),
    ...bullet(periodWords(digest, moment) ?? 'not known', 'When'),
    ...(steps.length > 0 ? ['', ...steps.flatMap((step, index) => stepLines(step, `${index + 1}`))] : []),
    ...(most > 0 ? ['', ...paragraph(title)] : []),
    ...all.slice(0, most).flat(),
    ...(others ? bullet(others) : []),
  ];
}

/** One group of findings. */
function rowLines(row: DigestRow, place: number, shown: (sentence: string) => string): string[] {
  const { first, latest, count } = row;
  const sample = ({ findingId, ...rest }: DigestRow['first']): string =>
    shown(`${plain(samplePhrase({ findingId, ...rest }))}, finding ${shortId(findingId)}`);
  return bullet(
    [
      `${rowWords(row)}, by ${plain(actorPhrase(row))};`,
      count > 1 ? `first ${sample(first)}; latest ${sample(latest)}` : sample(first),
    ].join(' '),
    `${place}.`,
  );
}
