import type { Finding } from '../../contract/finding.ts';
import { firstOf, listed, shortName } from '../../kit/words.ts';
import { BOOTSTRAP_NAMESPACES, resemblance } from '../../kubernetes/platform-names.ts';
import { defineRule } from '../rule.ts';

/** MITRE T1036.005: match legitimate name or location. */
export const lookalikeName = defineRule({
  id: 'lookalike-name',
  kind: 'threat',
  weight: 25,
  why: 'Nobody chooses such a name by chance, but nothing has happened in the namespace yet: MEDIUM by itself.',
  technique: 'T1036.005',
  shownBy: ['namespace'],
  judge({ finding }, details) {
    // A trailing * stands for what the server appends to generateName.
    const name = finding.namespace.name?.replace(/\*$/, '');
    if (!name || isBootstrap(finding, name)) return undefined;
    const reason = resemblance(name);
    if (reason) return { reason, brief: reason.replace(name, () => shortName(name)) };
    const { similar = [] } = details.namespace ?? {};
    if (similar.length === 0) return undefined;
    return {
      reason: `The name ${name} resembles ${listed(similar)}, which existed in this cluster before.`,
      brief: `The name ${shortName(name)} resembles the older namespace ${firstOf(similar)}.`,
      check: 'namespace',
    };
  },
});

/** The API server's own namespaces at bootstrap. */
const isBootstrap = ({ actor }: Finding, name: string): boolean =>
  BOOTSTRAP_NAMESPACES.includes(name) && actor.kind === 'system' && actor.username === 'system:apiserver';
