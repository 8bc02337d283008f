import { command } from '../../contract/commands/command.ts';
import type { OptionsOf } from '../../contract/commands/table.ts';
import type { Proposal } from '../../contract/containment.ts';
import type { ContainmentFacts } from '../framework/containment-facts.ts';
import type { Remedy } from './remedy.ts';

/** What EKS configures and should be otherwise: its logs, its public endpoint, how identities get in. */
export const clusterSettings: Remedy = { name: 'cluster-settings', aim: 'hardening', propose };

const LOG_TYPES = ['audit', 'authenticator', 'api'];
const UPDATE = 'aws eks update-cluster-config';

function propose({ context, details }: ContainmentFacts): Proposal[] {
  const { name, region } = context.run.target.cluster;
  const posture = details['cluster-posture'];
  if (!posture || !name) return [];
  const { logTypes, endpointPublicAccess, publicAccessCidrs = [], authenticationMode } = posture;
  const update = (text: string, option: keyof OptionsOf<typeof UPDATE>, value: object): Proposal => ({
    text,
    commands: [command(UPDATE, [], { '--region': region, '--name': name, [option]: JSON.stringify(value) })],
  });
  const off = LOG_TYPES.filter((type) => logTypes && !logTypes.includes(type));
  const proposals: Proposal[] = [];
  if (off.length > 0)
    proposals.push(
      update(`Switch the control-plane logs on that are off: ${off.join(', ')}.`, '--logging', {
        clusterLogging: [{ types: off, enabled: true }],
      }),
    );
  if (endpointPublicAccess && publicAccessCidrs.some((cidr) => Number(cidr.split('/')[1]) < 8))
    proposals.push(
      update(
        'The public endpoint is open to the whole internet: name the networks that need it in the place of 192.0.2.0/24, or use the private one.',
        '--resources-vpc-config',
        { endpointPrivateAccess: true, publicAccessCidrs: ['192.0.2.0/24'] },
      ),
    );
  // There are no access entries to move mappings to before the mode has them.
  if (authenticationMode === 'CONFIG_MAP')
    proposals.push(
      update('Allow access entries in addition to the ConfigMap aws-auth:', '--access-config', {
        authenticationMode: 'API_AND_CONFIG_MAP',
      }),
    );
  if (authenticationMode && authenticationMode !== 'API')
    proposals.push(
      update(
        'Anybody who can write the ConfigMap aws-auth can let others in. Move its mappings to access entries, then:',
        '--access-config',
        { authenticationMode: 'API' },
      ),
    );
  return proposals;
}
