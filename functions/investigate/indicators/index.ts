import { exec, secretsRead, tokenRequest, webhookChange } from './actor-did.ts';
import { anonymousBinding } from './anonymous-binding.ts';
import { anonymousCreator } from './anonymous-creator.ts';
import { bindingGone } from './binding-gone.ts';
import { criticalVulnerabilities } from './critical-vulnerabilities.ts';
import { daemonSetOrCronJob } from './daemonset-or-cronjob.ts';
import { loadBalancer, nodePort } from './exposed-service.ts';
import { guardDuty, guardDutyElsewhere } from './guardduty.ts';
import { hostAccessWorkload } from './host-access-workload.ts';
import { impersonation } from './impersonation.ts';
import { knownAutomation } from './known-automation.ts';
import { knownCreator } from './known-creator.ts';
import { lookalikeName } from './lookalike-name.ts';
import { miner } from './miner.ts';
import { newAddress } from './new-address.ts';
import { newCreator } from './new-creator.ts';
import { newUserAgent } from './new-user-agent.ts';
import { notConfirmed } from './not-confirmed.ts';
import { privilegedPodSecurity } from './privileged-pod-security.ts';
import { recentAccessChange } from './recent-access-change.ts';
import { refusedBefore } from './refused-before.ts';
import type { Rule } from './rule.ts';
import { serviceAccountCreator } from './service-account-creator.ts';
import { systemFromPublicAddress } from './system-from-public-address.ts';
import { wideBinding } from './wide-binding.ts';

/** Everything that moves the score. */
export const RULES: readonly Rule[] = [
  // Threats.
  anonymousCreator,
  miner,
  guardDuty,
  impersonation,
  systemFromPublicAddress,
  recentAccessChange,
  wideBinding,
  hostAccessWorkload,
  lookalikeName,
  refusedBefore,
  // What tells something beside a threat only.
  secretsRead,
  daemonSetOrCronJob,
  serviceAccountCreator,
  privilegedPodSecurity,
  nodePort,
  loadBalancer,
  tokenRequest,
  webhookChange,
  bindingGone,
  exec,
  notConfirmed,
  guardDutyElsewhere,
  criticalVulnerabilities,
  anonymousBinding,
  // What was not seen before.
  newCreator,
  newAddress,
  newUserAgent,
  // What lowers the score.
  knownAutomation,
  knownCreator,
];
