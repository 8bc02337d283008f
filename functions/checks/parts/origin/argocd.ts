import type { KubernetesObject } from '../../../clients/kubernetes/kubernetes.ts';
import { instant, record, records, text, texts } from '../../../kit/json.ts';
import { contactsIn } from '../contacts.ts';
import type { Deploys, OriginObjects } from './origin-object.ts';
import { repositoryOf, stepOf } from './origin-step.ts';

/**
 * Argo CD's Applications (argo-cd, pkg/apis/application/v1alpha1/types.go): `spec.source` or `spec.sources`,
 * `status.resources`, `status.operationState.operation.initiatedBy`, `status.history`.
 */
export const argocd: OriginObjects = {
  kind: 'Application',
  tool: 'Argo CD',
  group: 'argoproj.io',
  isController: (serviceAccount) => serviceAccount.endsWith('argocd-application-controller'),
  userAgent: /^argocd-/,
  deploys,
  async step(object) {
    const { metadata } = object;
    const [spec, status] = [record(object['spec']), record(object['status'])];
    const sources = [...records(spec['sources']), ...(spec['source'] ? [record(spec['source'])] : [])];
    const running = record(status['operationState']);
    const last = records(status['history']).at(-1) ?? {};
    const initiatedBy = record(record(running['operation'])['initiatedBy'] ?? last['initiatedBy']);
    const username = text(initiatedBy['username']);
    const sync = record(status['sync']);
    const result = record(running['syncResult']);
    const revisions = [result, sync, last].map(revisionsOf).find((list) => list.length > 0) ?? [];
    return stepOf({
      tool: argocd.tool,
      kind: argocd.kind,
      namespace: metadata.namespace,
      name: metadata.name,
      repository: joined(sources.map(({ repoURL }) => repositoryOf(repoURL))),
      path: joined(sources.map(({ path, chart }) => text(chart) ?? text(path))),
      revision: joined(revisions) ?? joined(sources.map(({ targetRevision }) => text(targetRevision))),
      initiator: username,
      automated: username === undefined && initiatedBy['automated'] === true ? true : undefined,
      startedAt: instant(running['startedAt']) ?? instant(last['deployStartedAt']) ?? instant(last['deployedAt']),
      contacts: [
        ...contactsIn(metadata, 'the Application'),
        // "Extra information" that the application's page shows.
        ...contactsIn(
          { labels: Object.fromEntries(records(spec['info']).map(({ name, value }) => [String(name), String(value)])) },
          'the information of the Application',
        ),
      ],
    });
  },
};

const revisionsOf = ({ revision, revisions }: Record<string, unknown>): string[] => {
  const one = text(revision);
  return one === undefined ? texts(revisions) : [one];
};

function joined(values: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(values.filter((value) => value !== undefined))];
  return known.length === 0 ? undefined : known.join(', ');
}

function deploys(object: KubernetesObject, { kind, name }: { kind: string; name: string }): Deploys {
  const [spec, status] = [record(object['spec']), record(object['status'])];
  const listed = records(status['resources']);
  if (listed.some((each) => each['kind'] === kind && each['name'] === name)) return 'yes';
  const isTarget = record(spec['destination'])['namespace'] === name;
  const options = texts(record(spec['syncPolicy'])['syncOptions']);
  if (kind === 'Namespace' && isTarget && options.includes('CreateNamespace=true')) return 'yes';
  const phase = text(record(status['operationState'])['phase']);
  return listed.length === 0 || phase === 'Running' ? 'unknown' : 'no';
}
