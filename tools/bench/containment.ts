import type { Bench } from './row.ts';

export const containment: Bench = {
  name: 'containment',
  about: 'plan, isolate, remove and release on a control plane, against a kubectl script; a quarter of an hour',
  apart: true,
  // What it needs takes long to load.
  run: async (tell) => (await import('./containment/measure.ts')).measure(tell),
};
