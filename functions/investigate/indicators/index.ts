import type { Rule } from '../rule.ts';
import { anonymousBinding } from './anonymous-binding.ts';
import { anonymousCreator } from './anonymous-creator.ts';
import { attackSequence } from './attack-sequence.ts';
import { authenticationFailures } from './authentication-failures.ts';
import { awsRights } from './aws-rights.ts';
import { bindingGone } from './binding-gone.ts';
import { breakGlass } from './break-glass.ts';
import { certificateApproval } from './certificate-approval.ts';
import { claimedIdentity } from './claimed-identity.ts';
import { contradictingRecords } from './contradicting-records.ts';
import { creatorRights } from './creator-rights.ts';
import { criticalVulnerabilities } from './critical-vulnerabilities.ts';
import { daemonSetOrCronJob } from './daemonset-or-cronjob.ts';
import { dnsChange } from './dns-change.ts';
import { elsewhereWorkload } from './elsewhere-workload.ts';
import { eventDeletion } from './event-deletion.ts';
import { exec } from './exec.ts';
import { fetchedScript } from './fetched-script.ts';
import { forgedOrigin } from './forged-origin.ts';
import { guardDuty } from './guardduty.ts';
import { guardDutyElsewhere } from './guardduty-elsewhere.ts';
import { hostAccessWorkload } from './host-access-workload.ts';
import { hostVolume } from './host-volume.ts';
import { impersonation } from './impersonation.ts';
import { knownAutomation } from './known-automation.ts';
import { knownCreator } from './known-creator.ts';
import { kubeletCommand } from './kubelet-command.ts';
import { loadBalancer } from './load-balancer.ts';
import { lookalikeName } from './lookalike-name.ts';
import { maliciousPackage } from './malicious-package.ts';
import { metadataAccess } from './metadata-access.ts';
import { miner } from './miner.ts';
import { networkScan } from './network-scan.ts';
import { newAddress } from './new-address.ts';
import { newCreator } from './new-creator.ts';
import { newUserAgent } from './new-user-agent.ts';
import { nodeCredentials } from './node-credentials.ts';
import { nodePort } from './node-port.ts';
import { notConfirmed } from './not-confirmed.ts';
import { outsidePeer } from './outside-peer.ts';
import { outsideWebhook } from './outside-webhook.ts';
import { ownIdentity } from './own-identity.ts';
import { permissionDiscovery } from './permission-discovery.ts';
import { podSecurityChange } from './pod-security-change.ts';
import { poolTraffic } from './pool-traffic.ts';
import { privilegedPodSecurity } from './privileged-pod-security.ts';
import { protectionRemoval } from './protection-removal.ts';
import { recentAccessChange } from './recent-access-change.ts';
import { refusedBefore } from './refused-before.ts';
import { refusedThenDone } from './refused-then-done.ts';
import { rejectedTraffic } from './rejected-traffic.ts';
import { reverseShell } from './reverse-shell.ts';
import { rightProbe } from './right-probe.ts';
import { roleForEverybody } from './role-for-everybody.ts';
import { secretsRead } from './secrets-read.ts';
import { serviceAccountCreator } from './service-account-creator.ts';
import { strongAccount } from './strong-account.ts';
import { strongBinding } from './strong-binding.ts';
import { systemFromPublicAddress } from './system-from-public-address.ts';
import { systemWorkload } from './system-workload.ts';
import { tokenRequest } from './token-request.ts';
import { unusualRegistry } from './unusual-registry.ts';
import { weakPod } from './weak-pod.ts';
import { webhookChange } from './webhook-change.ts';
import { wideBinding } from './wide-binding.ts';

/** Everything that moves the score. */
export const RULES: readonly Rule[] = [
  // Threats.
  attackSequence,
  guardDuty,
  ownIdentity,
  anonymousCreator,
  contradictingRecords,
  miner,
  reverseShell,
  maliciousPackage,
  nodeCredentials,
  outsideWebhook,
  impersonation,
  systemFromPublicAddress,
  fetchedScript,
  wideBinding,
  strongAccount,
  dnsChange,
  recentAccessChange,
  hostAccessWorkload,
  roleForEverybody,
  lookalikeName,
  breakGlass,
  forgedOrigin,
  kubeletCommand,
  poolTraffic,
  rightProbe,
  networkScan,
  certificateApproval,
  hostVolume,
  refusedBefore,
  refusedThenDone,
  eventDeletion,
  // What tells something beside a threat only.
  secretsRead,
  daemonSetOrCronJob,
  strongBinding,
  elsewhereWorkload,
  serviceAccountCreator,
  claimedIdentity,
  privilegedPodSecurity,
  podSecurityChange,
  nodePort,
  loadBalancer,
  tokenRequest,
  webhookChange,
  bindingGone,
  systemWorkload,
  awsRights,
  metadataAccess,
  exec,
  notConfirmed,
  guardDutyElsewhere,
  permissionDiscovery,
  protectionRemoval,
  unusualRegistry,
  weakPod,
  creatorRights,
  authenticationFailures,
  rejectedTraffic,
  outsidePeer,
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
