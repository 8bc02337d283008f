import type { DetailsByCheck } from '../../checks/index.ts';
import { listed } from '../../kit/words.ts';
import { detailsOf, type Rule } from './rule.ts';

/** Falco: NodePort service created. Much that is ordinary is reached that way, so it tells something beside a threat only. */
const exposed = (id: string, type: DetailsByCheck['network']['services'][number]['type']): Rule => ({
  id,
  kind: 'commonplace',
  weight: 15,
  checks: ['network'],
  judge(facts) {
    const { services = [] } = detailsOf(facts, 'network') ?? {};
    const names = services.filter((service) => service.type === type).map(({ name }) => name);
    if (names.length === 0) return undefined;
    return {
      reason: `Reachable from outside the cluster, by ${type}: ${listed(names)}.`,
      technique: 'T1133',
      check: 'network',
    };
  },
});

export const nodePort = exposed('node-port', 'NodePort');
export const loadBalancer = exposed('load-balancer', 'LoadBalancer');
