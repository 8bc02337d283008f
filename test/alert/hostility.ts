import fc from 'fast-check';
import { anyText } from '../any-text.ts';

/** What mail and chat clients turn into links, read strictly: more than any of them does. */
const LINKS: readonly RegExp[] = [
  /[a-z][a-z0-9+.-]*:\/\//i,
  /www\./i,
  // A bare domain with anything that could be a top-level domain.
  /[\p{L}0-9_-]\.\p{L}{2,}/iu,
  /[\w.+-]@[\w-]/,
  /\b(?:mailto|tel|sms|sip|skype|slack|javascript|data|file|xmpp|callto|geo):\S/i,
  // An address is none, unless it is followed by a path.
  /\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\/(?!\d{1,2}(?![\w.]))/,
  /\\\\\w/,
  /\+\d{3}/,
];

/** Kubernetes' own words: whole, with nothing beside them. */
const OWN =
  /(?<![\w.:/@-])(?:[A-Za-z]+\.(?:apps|autoscaling|batch|policy)|(?:[A-Za-z0-9-]+\.)*(?:kubernetes|k8s)\.io(?:\/[\w-]+)?)(?![\w@/]|[.:-][\w@/-])/g;

/** The first thing in the text that a client could make a link of. */
export const linkIn = (text: string): string | undefined =>
  LINKS.map((link) => link.exec(text.replace(OWN, ' '))?.[0]).find((match) => match !== undefined);

/** Pieces that mean something to mail clients, chat, shells or terminals. */
const PIECES = [
  'http://',
  'HTTPS://',
  'hxxp://',
  'ftp://',
  '://',
  '//',
  'mailto:',
  'tel:',
  'javascript:',
  'www.',
  'WWW.',
  'evil',
  '.com',
  'evil.com',
  'xn--e1awd7f',
  '.рф',
  '。com',
  '．com',
  'a@b',
  '@',
  '＠',
  '1.2.3.4',
  '+1800',
  '::1',
  ':8443',
  '\n',
  '\r\n',
  '\u2028',
  '\u2029',
  '\u0085',
  '\v',
  '\f',
  '\0',
  '\u001b[2J',
  '\t',
  ' ',
  '   ',
  '\u00a0',
  '\u3000',
  '\u202e',
  '\u202a',
  '\u2066',
  '\u2069',
  '\u200e',
  '\u061c',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\ufe0f',
  '\u00ad',
  '\ud800',
  '=== WHAT TO DO NOW ===',
  '===',
  '=',
  '---',
  '"',
  "'",
  '`',
  '$(reboot)',
  '$IFS',
  ';',
  '|',
  '&',
  '<',
  '>',
  '\\',
  '\\\\',
  '<!channel>',
  '<@U1>',
  '<!subteam^S1>',
  '<https://evil.com|click>',
  '@here',
  '[click](https://evil.com)',
  '*',
  '_',
  '~',
  '#',
  '--help',
  '-A',
  'payments',
  'аdmin',
  '\u0301\u0301\u0301',
  '[.]',
  '[@]',
  '[',
  ']',
  '(',
  ')',
  '.',
  '..',
  '-',
  '1',
  'a',
];

/** Any text, mostly made of such pieces. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES) }, anyText({ maxLength: 6 })), {
    maxLength: 30,
  })
  .map((pieces) => pieces.join(''));
