import { expect, test } from '@jest/globals';
import { isUnfilled } from '../../functions/contract/fill-in.ts';

test.each(['WHY', 'WHO', 'why', ' Why? ', '<WHY>', '"WHO"', '[who]', 'WHY…'])('%j still holds the place', (text) => {
  expect(isUnfilled(text)).toBe(true);
});

test.each(['', ' ', 'WHY NOT', 'because of why', 'the WHO', 'whoever', 'Whyte', 'W H Y', 'nightly batch'])(
  '%j was filled in',
  (text) => {
    expect(isUnfilled(text)).toBe(false);
  },
);
