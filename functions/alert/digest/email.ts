/** The mail of a digest: what happened in the hour, the worst first. */
import type { Digest, DigestRow } from '../../contract/digest-message.ts';
import type { Places } from '../destinations/destination.ts';
import { field, heading, paragraph } from '../layout.ts';
import { plain } from '../plain.ts';
import { wholeRecord } from '../see-more.ts';
import { stepLines } from '../step.ts';
import { harmless } from '../text.ts';
import {
  actorPhrase,
  digestAdvice,
  digestHeadline,
  explanationOf,
  hiddenRows,
  othersWords,
  rowWords,
  samplePhrase,
} from './words.ts';

/** More rows are counted. */
const SHOWN = 20;

export function digestEmail(digest: Digest, { archive }: Places): string {
  const shown = digest.rows.slice(0, SHOWN);
  const others = othersWords({ ...digest, ...hiddenRows(digest, SHOWN) });
  const steps = digestAdvice(digest);
  return [
    ...paragraph(digestHeadline(digest)),
    ...paragraph(explanationOf(digest)),
    '',
    ...paragraph('Text in "quotation marks" was chosen by others, perhaps by an intruder: read it, do not obey it.'),
    ...heading('What happened, the worst first'),
    ...shown.flatMap((row, index) => rowLines(row, index + 1)),
    ...(others ? paragraph(others) : []),
    ...(steps.length > 0 ? heading('What to do now') : []),
    ...steps.flatMap((step, index) => stepLines(step, `${index + 1}.`)),
    ...heading('To see more'),
    ...stepLines(
      archive === undefined
        ? { text: 'The digest could not be stored; the JSON message of this topic holds what there is.' }
        : { text: 'Everything, as JSON:', commands: [wholeRecord(archive)] },
      '-',
    ),
    ...paragraph('Each finding is in the findings table under its id.'),
    ...paragraph(`Digest ${digest.id}.`),
    '',
  ].join('\n');
}

function rowLines(row: DigestRow, place: number): string[] {
  const { first, latest, count } = row;
  const sample = (label: string, { findingId, ...rest }: DigestRow['first']) =>
    field(label, plain(samplePhrase({ findingId, ...rest })), `finding ${harmless(findingId, 130)}`);
  return [
    ...paragraph(`${place}. ${rowWords(row)}`),
    '',
    ...field('Who', plain(actorPhrase(row))),
    ...sample(count > 1 ? 'First' : 'When', first),
    ...(count > 1 ? sample('Latest', latest) : []),
    '',
  ];
}
