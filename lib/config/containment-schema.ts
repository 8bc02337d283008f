import * as z from 'zod';
import { mistake } from '../../functions/kit/mistake.ts';
import { DEFAULT_PROTECTED_NAMESPACES } from '../../functions/kubernetes/quarantine.ts';
import { type ClusterPlace, groupByNetwork } from './networks.ts';
import { MAX_PLAYBOOK_BYTES, playbookBytes } from './playbook-environment.ts';

const autoStart = z.strictObject({
  severity: z
    .enum(['never', 'MEDIUM', 'HIGH', 'CRITICAL'])
    .default('never')
    .describe(
      'Isolate by itself from this severity on, and only a namespace younger than an hour that is still the one of the finding. It never removes anything.',
    ),
  maxPerHour: z
    .int()
    .min(1)
    .max(100)
    .default(3)
    .describe('How many isolations may be started automatically in an hour, all clusters together.'),
});

const playbooks = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .describe('Deploy the playbooks contain, decide and release. Without them alerts have no lines to start them.'),
  protectedNamespaces: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9*]([-a-z0-9*]{0,61}[a-z0-9*])?$/,
          'must be the name of a namespace; * stands for any text, as in team-*',
        )
        .refine((pattern) => !/^\*+$/.test(pattern), {
          error: mistake('it would protect every namespace', 'name namespaces, or set containment.enabled to false'),
        }),
    )
    .default([...DEFAULT_PROTECTED_NAMESPACES])
    .describe(
      'Namespaces that are never contained, beside default, kube-system, kube-public and kube-node-lease; * stands for any text. The list replaces the default one. "sentinel manifests" gives it to the admission policies of each cluster, which hold the playbooks to it even if their identities are stolen.',
    ),
  exempt: z
    .array(
      z.strictObject({
        who: z
          .string()
          .regex(/^[\w.:/@-]{1,256}$/, 'must be the name of a user or group, as system:serviceaccount:cilium:operator')
          .describe('A user or group of Kubernetes.'),
        group: z
          .string()
          .regex(/^[a-z0-9.-]{0,253}$/, 'must be an API group, as cilium.io; "" is the core group')
          .describe('The API group; "" is the core group.'),
        resource: z
          .string()
          .regex(
            /^(\*|[a-z0-9-]{1,63}(\/[a-z0-9-]{1,63})?)$/,
            'must be a kind in the plural, as ciliumendpoints, or "*"',
          )
          .describe('One kind in the plural, with its subresource if any; "*" for all of the group.'),
      }),
    )
    .max(100)
    .default([])
    .describe(
      'Controllers of your own that must go on writing in a quarantined namespace, beside those of Kubernetes, EKS and the AWS Load Balancer Controller; none of them starts a pod by this. "sentinel manifests" gives the list to the admission policies of each cluster.',
    ),
  questionHours: z
    .int()
    .min(1)
    .max(168)
    .default(4)
    .describe(
      'How long a removal waits for its approval. After that the namespace stays isolated and nothing is removed.',
    ),
  autoStart: autoStart
    .prefault({})
    .describe('Which isolations start without a person. Default: none; removal always asks.'),
  objectLockDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe(
      'Keep each version of a report or evidence from being deleted for so many days (S3 Object Lock, mode GOVERNANCE). Set it before the first deployment: a bucket that exists is replaced by a new one, and left as it is.',
    ),
});

/** The playbooks that isolate a namespace, ask, remove and release. */
export const containmentSchema = playbooks.refine(
  ({ enabled, autoStart }) => enabled || autoStart.severity === 'never',
  {
    path: ['autoStart', 'severity'],
    error: mistake(
      'no playbook can start while containment.enabled is false',
      'set containment.enabled to true, or this to never',
    ),
  },
);
export type ContainmentOptions = z.output<typeof containmentSchema>;

interface Placed {
  clusters: (ClusterPlace & { name: string })[];
  containment: ContainmentOptions;
}

/** What *alert* has to know of the playbooks fits into its environment. Runs once each part by itself is right. */
export const playbooksFit = z.check<Placed>(({ value, issues }) => {
  const { clusters, containment } = value;
  if (!containment.enabled) return;
  const [first, ...others] = groupByNetwork(clusters).map((group) => group.clusters.map(({ name }) => name));
  const bytes = playbookBytes([first ?? [], ...others], containment.protectedNamespaces);
  if (bytes <= MAX_PLAYBOOK_BYTES) return;
  const message = mistake(
    `with the clusters in networks it makes ${bytes} bytes of settings, and Lambda takes ${MAX_PLAYBOOK_BYTES}`,
    'use patterns in protectedNamespaces, or give some clusters a configuration of their own',
  );
  issues.push({ code: 'custom', message, input: value, path: ['containment'] });
});
playbooksFit._zod.def.when = ({ issues }) => issues.length === 0;
