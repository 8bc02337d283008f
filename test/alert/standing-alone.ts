/** What stands in chat is read there alone: nothing of it refers to a text that is not in the message. */
import { expect } from '@jest/globals';
import type { Notification } from '../../functions/alert/chat/notification.ts';

/** Words that point at a place on a page. */
const PLACES = /\b(?:above|below|first line|last line|next line|overleaf|as said|see there)\b/i;
/** Beginnings that go on with the sentence of another step. */
const LEANING = /^(?:Or|Then|Also|And|But|That|It is|To do it|Otherwise)\b/;

/** @param name of the situation */
export function expectStandingAlone(name: string, { content: { description, nextSteps } }: Notification): void {
  // Somebody else's text, which stands as code, is left out.
  for (const text of [...description.split('\n'), ...nextSteps]) {
    const ours = text.replaceAll(/`[^`]*`/g, '`');
    expect([name, ours]).toEqual([name, expect.not.stringMatching(PLACES)]);
    // What is pointed at follows.
    if (/\b(?:this|these|an) inputs?\b|[:]$/.test(ours) && !text.startsWith('*'))
      expect([name, ours]).toEqual([name, expect.stringMatching(/`|have what to paste/)]);
    if (/\bthis message lists it\b/.test(ours)) expect(description).toContain('*What would be removed');
  }
  expect([name, nextSteps.filter((step) => LEANING.test(step))]).toEqual([name, []]);
  expect([name, nextSteps.filter((step) => /^[^A-Z]/.test(step))]).toEqual([name, []]);
}
