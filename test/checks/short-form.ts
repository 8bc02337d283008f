import { expect } from '@jest/globals';
import { type Evidence, MAX_BRIEF } from '../../functions/contract/investigation.ts';

/** What a mail and chat tell about an answer where there is no room: whole, in plain words, and of the stated length. */
export function expectShort({ check, status, summary, reason = '', brief }: Evidence): void {
  const isOpen = status === 'not-checked';
  const told = brief ?? (isOpen ? reason : summary);
  expect([check, told, told.length <= MAX_BRIEF]).toEqual([check, told, true]);
  expect([check, told]).toEqual([check, expect.stringMatching(isOpen ? /[^.:;,\s…]$/ : /^[A-Z"].*[\w)\]"]\.$/s)]);
  expect([check, told]).toEqual([
    check,
    expect.not.stringMatching(/\(s\)|undefined|null\b|NaN|…|\b(?:above|below)\b|\b\d+ (?:Pod|Job|Service)\b/),
  ]);
}
