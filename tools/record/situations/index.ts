import { ACCEPTED } from './benign-accepted.ts';
import { PLATFORM } from './benign-platform.ts';
import { TEAMS } from './benign-teams.ts';
import { HOST } from './hostile-host.ts';
import { IDENTITY } from './hostile-identity.ts';
import { LATE } from './hostile-late.ts';
import { WORKLOADS } from './hostile-workloads.ts';
import type { Situation } from './situation.ts';

/** Every situation that can be recorded. */
export const SITUATIONS: readonly Situation[] = [
  ...PLATFORM,
  ...TEAMS,
  ...ACCEPTED,
  ...LATE,
  ...IDENTITY,
  ...HOST,
  ...WORKLOADS,
];
