import type { Kubernetes, KubernetesObject } from '../../../../functions/clients/kubernetes/kubernetes.ts';
import { command } from '../../../../functions/contract/commands/command.ts';
import type { PreflightCheck, Row } from '../check.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const KINDS = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'];

interface Webhook {
  name?: string;
  failurePolicy?: string;
  rules?: { apiGroups?: string[]; resources?: string[] }[];
  clientConfig?: { service?: { namespace?: string; name?: string } };
}

/** Webhooks that, when nobody answers, refuse what containment has to write. */
export const webhooks: PreflightCheck = {
  name: 'webhooks',
  async run({ kubernetes, signal }): Promise<Row[]> {
    const lists = await Promise.all(KINDS.map((kind) => kubernetes.list(`${GROUP}/${kind}`, signal)));
    const rows = await Promise.all(
      lists.flatMap(({ items }, index) =>
        items.flatMap((configuration) =>
          webhooksOf(configuration)
            .filter(refusesEverything)
            .map((webhook) => rowOf(kubernetes, KINDS[index] ?? '', configuration, webhook, signal)),
        ),
      ),
    );
    return rows.length > 0
      ? rows
      : [{ status: 'ok', says: 'No webhook refuses everything when nobody answers for it.' }];
  },
};

async function rowOf(
  kubernetes: Kubernetes,
  kind: string,
  { metadata }: KubernetesObject,
  { name, clientConfig }: Webhook,
  signal: AbortSignal,
): Promise<Row> {
  const { namespace, name: service } = clientConfig?.service ?? {};
  const what = `Webhook ${name} (${kind} ${metadata.name}) is asked about every kind`;
  const isDead =
    namespace !== undefined &&
    (await kubernetes.read(`/api/v1/namespaces/${namespace}/services/${service}`, signal)) === undefined;
  return {
    status: isDead ? 'failed' : 'attention',
    says: isDead
      ? `${what}, and its Service ${namespace}/${service} does not exist: every write in the cluster is refused, those of a containment too.`
      : `${what}, and refuses when nobody answers: a containment fails while it is down${namespace ? `, or when namespace ${namespace} itself is contained` : ''}.`,
    fix: [command(isDead ? 'kubectl delete' : 'kubectl edit', [kind, metadata.name ?? ''])],
  };
}

const webhooksOf = ({ webhooks: all }: KubernetesObject): Webhook[] => (Array.isArray(all) ? all : []);

const refusesEverything = ({ failurePolicy = 'Fail', rules = [] }: Webhook): boolean =>
  failurePolicy === 'Fail' &&
  rules.some(
    ({ apiGroups = [], resources = [] }) =>
      apiGroups.includes('*') && resources.some((resource) => resource === '*' || resource === '*/*'),
  );
