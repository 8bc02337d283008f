/** What stands below the top of a mail: of each section as much as there is room for, and how much more there is. */
import { bullet, heading, paragraph, type Room, sizeOf } from './layout.ts';

/** A list with a title; absent from the mail where it is empty. */
export interface MailSection {
  title: string;
  /** What stands between the title and the list. */
  lead?: readonly string[];
  /** The lines of each entry, shown whole or not at all; the weightiest first. */
  entries: readonly (readonly string[])[];
  /** How many more there are, beside these. @default 0 */
  more?: number;
  /** How the hidden ones are counted. @default `and 3 more: in the report` */
  restWords?: (hidden: number) => string;
}

const roomWithout = (room: Room, lines: readonly string[]): Room | undefined => {
  const size = sizeOf(lines);
  const left = { lines: room.lines - size.lines, bytes: room.bytes - size.bytes };
  return left.lines >= 0 && left.bytes >= 0 ? left : undefined;
};

const hiddenOf = ({ entries, more = 0 }: MailSection, shown: number): number => entries.length - shown + more;

function restLine(section: MailSection, shown: number, rest: string): string[] {
  const hidden = hiddenOf(section, shown);
  if (hidden === 0) return [];
  return bullet(section.restWords ? section.restWords(hidden) : `and ${hidden} more: ${rest}`);
}

const leftOutLines = (titles: readonly string[], rest: string): string[] =>
  titles.length === 0
    ? []
    : ['', ...paragraph(`No room here for: ${titles.join(', ').toLowerCase()}. They are ${rest}.`)];

/**
 * The first entry of each section, then the second of each, and so on, while there is room: no section takes the place of
 * another. What has no room is counted.
 *
 * @param rest where what has no room is, as `in the report`
 * @returns the lines, and whether nothing was left out
 */
export function fairSections(
  sections: readonly MailSection[],
  room: Room,
  rest: string,
): { lines: string[]; isWhole: boolean } {
  const filled = sections.filter(({ entries }) => entries.length > 0);
  const shown = shownOf(filled, room, rest);
  if (shown.every((count) => count > 0)) {
    const isWhole = filled.every((section, index) => hiddenOf(section, shown[index] ?? 0) === 0);
    return { lines: linesOf(filled, shown, rest), isWhole };
  }
  const reserve = leftOutLines(
    filled.map(({ title }) => title),
    rest,
  );
  const fewer = shownOf(filled, roomWithout(room, reserve) ?? { lines: 0, bytes: 0 }, rest);
  const none = filled.flatMap(({ title }, index) => (fewer[index] === 0 ? [title] : []));
  return { lines: [...linesOf(filled, fewer, rest), ...leftOutLines(none, rest)], isWhole: false };
}

/** How many entries of each have room. */
function shownOf(sections: readonly MailSection[], room: Room, rest: string): number[] {
  const shown = sections.map(() => 0);
  const isOpen = sections.map(() => true);
  let left = room;
  while (isOpen.includes(true))
    for (const [index, section] of sections.entries()) {
      if (!isOpen[index]) continue;
      const { title, lead = [], entries } = section;
      const place = shown[index] ?? 0;
      // Where all are counted, the line is as long as it can be.
      const frame = place === 0 ? [...heading(title), ...lead, ...restLine(section, 0, rest)] : [];
      const after = roomWithout(left, [...frame, ...(entries[place] ?? [])]);
      if (after) {
        left = after;
        shown[index] = place + 1;
      }
      isOpen[index] = after !== undefined && place + 1 < entries.length;
    }
  return shown;
}

const linesOf = (sections: readonly MailSection[], shown: readonly number[], rest: string): string[] =>
  sections.flatMap((section, index) => {
    const { title, lead = [], entries } = section;
    const count = shown[index] ?? 0;
    return count === 0
      ? []
      : [...heading(title), ...lead, ...entries.slice(0, count).flat(), ...restLine(section, count, rest)];
  });
