import type { Proposal } from '../../contract/containment.ts';
import type { Facts } from '../framework/facts.ts';
import { inRegion, type Remedy } from './remedy.ts';

/** What EKS configures and should be otherwise: its logs, its public endpoint, how identities get in. */
export const clusterSettings: Remedy = { name: 'cluster-settings', propose };

const LOG_TYPES = ['audit', 'authenticator', 'api'];

function propose(facts: Facts): Proposal[] {
  const { name } = facts.context.run.target.cluster;
  const posture = facts.details['cluster-posture'];
  if (!posture || !name) return [];
  const { logTypes, endpointPublicAccess, publicAccessCidrs = [], authenticationMode } = posture;
  const update = (...options: string[]) => [
    'aws',
    'eks',
    'update-cluster-config',
    ...inRegion(facts),
    '--name',
    name,
    ...options,
  ];
  const off = LOG_TYPES.filter((type) => logTypes && !logTypes.includes(type));
  const logging = { clusterLogging: [{ types: off, enabled: true }] };
  return [
    ...(off.length > 0
      ? [
          {
            text: `Switch the control-plane logs on that are off: ${off.join(', ')}.`,
            commands: [update('--logging', JSON.stringify(logging))],
          },
        ]
      : []),
    ...(endpointPublicAccess && publicAccessCidrs.some((cidr) => Number(cidr.split('/')[1]) < 8)
      ? [
          {
            text: 'The public endpoint is open to the whole internet: name the networks that need it in the place of 192.0.2.0/24, or use the private one.',
            commands: [update('--resources-vpc-config', 'endpointPrivateAccess=true,publicAccessCidrs=192.0.2.0/24')],
          },
        ]
      : []),
    ...(authenticationMode && authenticationMode !== 'API'
      ? [
          {
            text: `In the mode ${authenticationMode} whoever may write the ConfigMap aws-auth lets anybody in. Move its mappings to access entries, then:`,
            commands: [update('--access-config', 'authenticationMode=API')],
          },
        ]
      : []),
  ];
}
