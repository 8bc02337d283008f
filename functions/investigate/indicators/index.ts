import { anonymousCreator } from './anonymous-creator.ts';
import { impersonation } from './impersonation.ts';
import { knownAutomation } from './known-automation.ts';
import { lookalikeName } from './lookalike-name.ts';
import { privilegedPodSecurity } from './privileged-pod-security.ts';
import { recentAccessChange } from './recent-access-change.ts';
import type { Rule } from './rule.ts';
import { serviceAccountCreator } from './service-account-creator.ts';
import { systemFromPublicAddress } from './system-from-public-address.ts';

/** Everything that moves the score. */
export const RULES: readonly Rule[] = [
  anonymousCreator,
  impersonation,
  systemFromPublicAddress,
  recentAccessChange,
  lookalikeName,
  serviceAccountCreator,
  privilegedPodSecurity,
  knownAutomation,
];
