/**
 * Which words can be shown in their own script: those of letters of one script, left to right, that cannot be taken for
 * letters of ours. After Unicode UTS 39 (restriction level "single script", whole-script confusables) and the recommended
 * scripts of UAX 31. Arabic and Hebrew are not among them: they would turn around what stands beside them.
 */

/** One script each; what Chinese, Japanese and Korean mix counts as one. */
const SCRIPTS: readonly RegExp[] = [
  '\\p{sc=Cyrillic}',
  '\\p{sc=Greek}',
  '\\p{sc=Armenian}',
  '\\p{sc=Georgian}',
  '\\p{sc=Devanagari}',
  '\\p{sc=Bengali}',
  '\\p{sc=Gurmukhi}',
  '\\p{sc=Gujarati}',
  '\\p{sc=Oriya}',
  '\\p{sc=Tamil}',
  '\\p{sc=Telugu}',
  '\\p{sc=Kannada}',
  '\\p{sc=Malayalam}',
  '\\p{sc=Sinhala}',
  '\\p{sc=Thai}',
  '\\p{sc=Lao}',
  '\\p{sc=Khmer}',
  '\\p{sc=Myanmar}',
  '\\p{sc=Ethiopic}',
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\u30fc',
  '\\p{sc=Han}\\p{sc=Bopomofo}',
  '\\p{sc=Han}\\p{sc=Hangul}',
].map((script) => new RegExp(`^(?:(?=[\\p{L}\\p{M}])[${script}])+$`, 'u'));

/** Latin: our letters, with the marks that European languages and Vietnamese put on them, and a few letters of their own. */
const LATIN =
  /^(?:[A-Za-z]|[\u00c0-\u00c5\u00c7-\u00d6\u00d8-\u00e5\u00e7-\u00f6\u00f8-\u012f\u0134-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u0151\u0154-\u017e\u0218-\u021b\u1ea0-\u1ef9])+$/u;

/** Letters of these scripts that look like an ASCII letter or digit (Unicode confusables.txt). */
const LIKE_ASCII = new RegExp(
  '^(?:[' +
    '\\u037a\\u037f\\u0391\\u0392\\u0395-\\u0397\\u0399\\u039a\\u039c\\u039d\\u039f\\u03a1\\u03a4\\u03a5\\u03a7\\u03b1' +
    '\\u03b3\\u03b9\\u03bd\\u03bf\\u03c1\\u03c3\\u03c5\\u03d2\\u03dc\\u03f1-\\u03f3\\u03f9\\u03fa\\u0405\\u0406\\u0408' +
    '\\u0410\\u0412\\u0415\\u0417\\u041a\\u041c-\\u041e\\u0420-\\u0423\\u0425\\u042b\\u042c\\u042e\\u0430\\u0431\\u0433' +
    '\\u0435\\u043e\\u0440\\u0441\\u0443\\u0445\\u0455\\u0456\\u0458\\u0461\\u0474\\u0475\\u04ae\\u04af\\u04bb\\u04bd' +
    '\\u04c0\\u04cf\\u04d4\\u04d5\\u04e0\\u0501\\u050c\\u051b-\\u051d\\u054d\\u054f\\u0555\\u0561\\u0563\\u0566\\u0570' +
    '\\u0578\\u057c\\u057d\\u0581\\u0584\\u0585\\u0b20\\u0d20\\u101d\\u10e7\\u10ff\\u1200\\u12d0\\u1d26\\u1fbe' +
    ']|\\p{M})+$',
  'u',
);

/** A name is no longer. In characters. */
const LONG = 64;
const MANY_MARKS = /\p{M}{4}|^\p{M}/u;

/** @param word of letters and marks alone */
export function isReadable(word: string): boolean {
  if (word.length > LONG || word !== word.normalize('NFC') || MANY_MARKS.test(word)) return false;
  if (LATIN.test(word)) return true;
  return SCRIPTS.some((script) => script.test(word)) && !LIKE_ASCII.test(word);
}
