import { short } from '../../kit/words.ts';

/** Text that somebody else chose, for a line of a mail: printable ASCII alone, no link, and no more of it than a line. */
export const shown = (text: string, length?: number): string =>
  short(text, length)
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .replaceAll('.', '[.]')
    .replaceAll('://', '[:]//');
