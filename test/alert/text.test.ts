import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defanged, harmless, quoted } from '../../functions/alert/text.ts';
import { hostileText, linkIn } from './hostility.ts';

const ARN = 'arn:aws:sts::111122223333:assumed-role/ci-deployer/';

describe('harmless text', () => {
  test.each([
    ['line breaks', 'a\nb\r\nc\u2028d\u2029e\u0085f\vg', 'a\\nb\\r\\nc\\u2028d\\u2029e\\u0085f\\u000bg'],
    ['controls', 'a\0b\u001b[31mc\u007f', 'a\\u0000b\\u001b[31mc\\u007f'],
    ['bidi', 'a\u202eb\u2066c\u200fd\u061ce', 'a\\u202eb\\u2066c\\u200fd\\u061ce'],
    ['zero width and invisible', 'a\u200bb\ufeffc\u00add\u3164e', 'a\\u200bb\\ufeffc\\u00add\\u3164e'],
    ['tags and variation selectors', 'a\u{e0041}b\ufe0fc', 'a\\u{e0041}b\\ufe0fc'],
    ['look-alike letters', 'k\u0443be-system', 'k\\u0443be-system'],
    ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
    ['quotation marks', 'he said "yes"', "he said 'yes'"],
    ['headings', '=== WHAT TO DO NOW ===', '= WHAT TO DO NOW ='],
    ['blanks', '  a      b  ', 'a b'],
    ['a link', 'see https://evil.com/a?b=c', 'see hxxps[:]//evil[.]com/a?b=c'],
    ['capitals', 'HTTP://EVIL.COM', 'HxxP[:]//EVIL[.]COM'],
    [
      'other schemes',
      'ftp://a.b mailto:x tel:1 javascript:alert(1)',
      'ftp[:]//a[.]b mailto[:]x tel[:]1 javascript[:]alert(1)',
    ],
    ['a bare domain', 'www.evil.com, evil.co.uk.', 'www[.]evil[.]com, evil[.]co[.]uk.'],
    ['an address', 'me@evil.com', 'me[@]evil[.]com'],
    ['an IP address', '192.0.2.1 or 192.0.2.1:80', '192.0.2.1 or 192.0.2.1:80'],
    ['a link to an address', 'http://192.0.2.1/x 192.0.2.1/x', 'hxxp[:]//192[.]0[.]2[.]1/x 192[.]0[.]2[.]1/x'],
    [
      "Kubernetes' own words",
      'app.kubernetes.io/part-of, Deployment.apps',
      'app.kubernetes.io/part-of, Deployment.apps',
    ],
    [
      'what only begins like them',
      'kubernetes.io.evil.com k8s.io@evil Widget.evil',
      'kubernetes[.]io[.]evil[.]com k8s[.]io[@]evil Widget[.]evil',
    ],
    ["a client's version", 'kubectl/v1.36.3 (linux/amd64)', 'kubectl/v1.36.3 (linux/amd64)'],
    ['names with accents', 'Jürgen Müller, Łódź, Nguyễn', 'Jürgen Müller, Łódź, Nguyễn'],
    [
      'names in other scripts',
      'Иванова, 山田太郎, たろう, Γιώργος, 김철수',
      'Иванова, 山田太郎, たろう, Γιώργος, 김철수',
    ],
    ['a word of two scripts', 'Ивanova', '\\u0418\\u0432anova'],
    ['a word that could be ours', 'раура', '\\u0440\\u0430\\u0443\\u0440\\u0430'],
    ['what turns around what stands beside it', 'שלום', '\\u05e9\\u05dc\\u05d5\\u05dd'],
    ['full-width letters', 'ａdmin', '\\uff41dmin'],
    ['many marks', 'a\u0301\u0302\u0303\u0304', 'a\\u0301\\u0302\\u0303\\u0304'],
    ['a domain in another script', 'яндекс.рф', 'яндекс[.]рф'],
    ['all addresses', 'open to 0.0.0.0/0.', 'open to 0.0.0.0/0.'],
    ['a share', '\\\\evil\\share', '[\\][\\]evil\\share'],
    ['a phone number', '+1 800', '[+]1 800'],
    ['a phone number behind an address', '1.2.3.4+1800', '1[.]2[.]3[.]4[+]1800'],
    ['an instant', 'until 2026-11-30T07:05:00.000Z; then', 'until 2026-11-30 07:05:00 UTC; then'],
    ['versions', 'Kubernetes 1.33, 30.00 seconds', 'Kubernetes 1.33, 30.00 seconds'],
    ['ordinary words', 'Nothing. Was: found? (yes)', 'Nothing. Was: found? (yes)'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  test('is one line of printable ASCII without links, whatever the text', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 400 }), (text, max) => {
        const shown = harmless(text, max);
        expect(shown).toMatch(/^[ !#-~\p{L}\p{M}]*$/u);
        expect(shown).not.toMatch(/==| {2}/);
        expect(linkIn(shown)).toBeUndefined();
        // Each character shown becomes three at most; a mark says that there was more.
        expect(shown.length).toBeLessThanOrEqual(3 * max + ' ...'.length);
      }),
      { numRuns: 2_000 },
    );
  });

  test('does not change what is harmless already', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = harmless(text, 10_000);
        expect(harmless(shown, 100_000)).toBe(shown);
      }),
      { numRuns: 2_000, examples: [['1.2.3.4..http://']] },
    );
  });
});

describe('quoted text', () => {
  test('says by how much it was shortened, outside the quotation', () => {
    expect(quoted('a'.repeat(262_144), 10)).toBe('"aaaaaaaaaa" (beginning of 262144 characters)');
    expect(quoted('aaa', 10)).toBe('"aaa"');
  });

  test('holds exactly two quotation marks', () => {
    fc.assert(fc.property(hostileText, (text) => expect(quoted(text).split('"')).toHaveLength(3)));
  });

  test('is fast on very long text', () => {
    const start = performance.now();
    quoted('\u0001'.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(200);
  });
});

test.each([
  ['stays readable', `${ARN}build-4711`, `${ARN}build-4711`],
  ['is not a link where the session is one', `${ARN}evil.com`, `${ARN}evil[.]com`],
  ['is not an address', `${ARN}me@evil.com`, `${ARN}me[@]evil[.]com`],
])('an ARN %s', (_, arn, expected) => {
  expect(defanged(arn)).toBe(expected);
});
