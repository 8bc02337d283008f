import type { KubernetesObject } from '../../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../../functions/contract/commands/command.ts';
import { actingAs, GROUPS, QUARANTINE_LABEL, RELEASING_LABEL } from '../../../../functions/kubernetes/quarantine.ts';
import type { PreflightCheck, Row } from '../check.ts';

/** As a cluster admin, whatever became of the stack: impersonates the group that may lift the label. */
const lift = (label: string, { metadata }: KubernetesObject): string[] =>
  command('kubectl label', ['namespace', metadata.name ?? '', `${label}-`], actingAs(GROUPS.release));

/** Namespaces that a playbook left as they are. */
export const quarantined: PreflightCheck = {
  name: 'quarantined',
  async run({ kubernetes, signal }): Promise<Row[]> {
    const [frozen, releasing] = await Promise.all(
      [QUARANTINE_LABEL, RELEASING_LABEL].map((labelSelector) =>
        kubernetes.list('/api/v1/namespaces', signal, { labelSelector }),
      ),
    );
    const rows = [
      ...(frozen?.items ?? []).map((namespace): Row => {
        const isOurs = namespace.metadata.labels?.[QUARANTINE_LABEL] === namespace.metadata.uid;
        const says = isOurs
          ? `Namespace ${namespace.metadata.name} is quarantined: release it with its snapshot, or just lift the label.`
          : `Namespace ${namespace.metadata.name} carries the quarantine label with a value that is not its UID: not Namespace Sentinel has set it.`;
        return { status: isOurs ? 'attention' : 'failed', says, fix: [lift(QUARANTINE_LABEL, namespace)] };
      }),
      ...(releasing?.items ?? []).map(
        (namespace): Row => ({
          status: 'attention',
          says: `Namespace ${namespace.metadata.name} is being released, or a release of it did not end: run it again.`,
          fix: [lift(RELEASING_LABEL, namespace)],
        }),
      ),
    ];
    return rows.length > 0 ? rows : [{ status: 'ok', says: 'No namespace is quarantined or being released.' }];
  },
};
