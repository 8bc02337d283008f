import type { Rule } from '../rule.ts';
import { anonymousBinding } from './anonymous-binding.ts';
import { anonymousCreator } from './anonymous-creator.ts';
import { attackSequence } from './attack-sequence.ts';
import { bindingGone } from './binding-gone.ts';
import { breakGlass } from './break-glass.ts';
import { claimedIdentity } from './claimed-identity.ts';
import { criticalVulnerabilities } from './critical-vulnerabilities.ts';
import { daemonSetOrCronJob } from './daemonset-or-cronjob.ts';
import { exec } from './exec.ts';
import { forgedOrigin } from './forged-origin.ts';
import { guardDuty } from './guardduty.ts';
import { guardDutyElsewhere } from './guardduty-elsewhere.ts';
import { hostAccessWorkload } from './host-access-workload.ts';
import { impersonation } from './impersonation.ts';
import { knownAutomation } from './known-automation.ts';
import { knownCreator } from './known-creator.ts';
import { loadBalancer } from './load-balancer.ts';
import { lookalikeName } from './lookalike-name.ts';
import { miner } from './miner.ts';
import { newAddress } from './new-address.ts';
import { newCreator } from './new-creator.ts';
import { newUserAgent } from './new-user-agent.ts';
import { nodePort } from './node-port.ts';
import { notConfirmed } from './not-confirmed.ts';
import { privilegedPodSecurity } from './privileged-pod-security.ts';
import { recentAccessChange } from './recent-access-change.ts';
import { refusedBefore } from './refused-before.ts';
import { secretsRead } from './secrets-read.ts';
import { serviceAccountCreator } from './service-account-creator.ts';
import { systemFromPublicAddress } from './system-from-public-address.ts';
import { tokenRequest } from './token-request.ts';
import { webhookChange } from './webhook-change.ts';
import { wideBinding } from './wide-binding.ts';

/** Everything that moves the score. */
export const RULES: readonly Rule[] = [
  // Threats.
  attackSequence,
  anonymousCreator,
  miner,
  guardDuty,
  impersonation,
  systemFromPublicAddress,
  recentAccessChange,
  wideBinding,
  hostAccessWorkload,
  lookalikeName,
  breakGlass,
  forgedOrigin,
  refusedBefore,
  // What tells something beside a threat only.
  secretsRead,
  daemonSetOrCronJob,
  serviceAccountCreator,
  claimedIdentity,
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
