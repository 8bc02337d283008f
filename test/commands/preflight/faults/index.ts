import { ACCOUNT_FAULTS } from './account.ts';
import { CLUSTER_FAULTS } from './cluster.ts';
import { DESTINATION_FAULTS } from './destinations.ts';
import type { Fault } from './fault.ts';
import { LIFE_FAULTS } from './life.ts';
import { LOGS_FAULTS } from './logs.ts';

import { REACH_FAULTS } from './reach.ts';

export const FAULTS: readonly Fault[] = [
  ...CLUSTER_FAULTS,
  ...LIFE_FAULTS,
  ...LOGS_FAULTS,
  ...ACCOUNT_FAULTS,
  ...DESTINATION_FAULTS,
  ...REACH_FAULTS,
];
