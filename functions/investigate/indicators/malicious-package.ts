import { firstOf, listed } from '../../kit/words.ts';
import { defineRule } from '../rule.ts';

/** Ids of the OpenSSF's list of malicious packages, by which Inspector reports them. */
const MALICIOUS = /^(?:IN-)?MAL(?:ICIOUS-PACKAGES)?-/i;

/** A package in an image was made to do harm. */
export const maliciousPackage = defineRule({
  id: 'malicious-package',
  kind: 'threat',
  weight: 40,
  why: "It is not a weakness but an attacker's code: HIGH with an unknown creator.",
  technique: 'T1195.002',
  shownBy: ['images'],
  judge(_, { images: { images = [] } = {} }) {
    const found = images.flatMap(({ image, worst = [] }) =>
      worst.filter(({ id }) => MALICIOUS.test(id)).map(({ id }) => `${id} in ${image}`),
    );
    if (found.length === 0) return undefined;
    return {
      reason: `Scans found malicious packages: ${listed(found)}.`,
      brief: `Scans found malicious packages: ${firstOf(found, 70)}.`,
      check: 'images',
    };
  },
});
