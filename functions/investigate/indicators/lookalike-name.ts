import { isEksComponent } from '../../checks/parts/actors.ts';
import type { Finding } from '../../contract/finding.ts';
import { BOOTSTRAP_NAMESPACES, resemblance } from '../../kubernetes/platform-names.ts';
import { defineRule } from '../rule.ts';

/** MITRE T1036.005: match legitimate name or location. */
export const lookalikeName = defineRule({
  id: 'lookalike-name',
  kind: 'threat',
  weight: 25,
  technique: 'T1036.005',
  judge({ finding }) {
    // A trailing * stands for what the server appends to generateName.
    const name = finding.namespace.name?.replace(/\*$/, '');
    if (!name || isRightfulOwner(finding, name)) return undefined;
    const reason = resemblance(name);
    return reason ? { reason } : undefined;
  },
});

/** The API server's own namespaces at bootstrap, and those of EKS's managed components. */
function isRightfulOwner(finding: Finding, name: string): boolean {
  if (BOOTSTRAP_NAMESPACES.includes(name))
    return finding.actor.kind === 'system' && finding.actor.username === 'system:apiserver';
  return isEksComponent(finding) && (name.startsWith('eks-') || name.startsWith('amazon-'));
}
