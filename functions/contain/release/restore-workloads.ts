import type { Step } from '../framework/step.ts';
import { restore } from './restore.ts';

/** What was stopped runs again; what scales it last, so that it finds what it scales. */
export const restoreWorkloads: Step = {
  key: 'restoreWorkloads',
  run: (context) => restore('restoreWorkloads', context),
};
