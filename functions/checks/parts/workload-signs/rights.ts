/** Signs of a container with more rights than it should have, in the kernel or at the API server. */
import { list, record, records, text, texts } from '../../../kit/json.ts';
import { defineSign } from './sign.ts';

/** Pod Security Standards, "Baseline": any other capability lets a container out, or see what is not its own. */
const HARMLESS = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID ' +
    'SYS_CHROOT'
  ).split(' '),
);

export const dangerousCapability = defineSign({
  sign: 'dangerous-capability',
  words: 'dangerous capability',
  danger: 7,
  look: ({ containers }) =>
    containers.flatMap(({ label, securityContext }) => {
      const added = texts(record(securityContext['capabilities'])['add']);
      const dangerous = added.filter((capability) => !HARMLESS.has(capability.toUpperCase().replace(/^CAP_/, '')));
      return dangerous.length > 0 ? [`${label}: ${dangerous.join(', ')}`] : [];
    }),
});

/** Only where it is asked for: allowed is what Kubernetes does by default. */
export const privilegeEscalation = defineSign({
  sign: 'privilege-escalation',
  words: 'may gain privileges',
  danger: 3,
  look: ({ containers }) =>
    containers
      .filter(({ securityContext }) => securityContext['allowPrivilegeEscalation'] === true)
      .map(({ label }) => label),
});

/** Only where it is asked for: which user an image has of its own is not in the cluster. */
export const runsAsRoot = defineSign({
  sign: 'runs-as-root',
  words: 'runs as root',
  danger: 3,
  look: (pod) =>
    pod.containers
      .filter(({ securityContext }) => (securityContext['runAsUser'] ?? pod.securityContext['runAsUser']) === 0)
      .map(({ label }) => label),
});

/**
 * The token of an account that was chosen, or one for another audience, as AWS (`sts.amazonaws.com`,
 * `pods.eks.amazonaws.com`). The token of the account `default` is in nearly every pod.
 */
export const serviceAccountToken = defineSign({
  sign: 'service-account-token',
  words: 'holds a service account token',
  danger: 1,
  look({ volumes, serviceAccount, spec }) {
    const tokens = volumes
      .flatMap(({ projected }) => list(record(projected)['sources']))
      .flatMap((source) => records([record(source)['serviceAccountToken']]))
      .filter((token) => Object.keys(token).length > 0);
    const audiences = tokens.flatMap(({ audience }) => text(audience) ?? []);
    const plain = tokens.length > audiences.length || spec['automountServiceAccountToken'] === true;
    return [
      ...(plain && serviceAccount !== 'default' ? [`token of ServiceAccount ${serviceAccount}`] : []),
      ...audiences.map((audience) => `token of ServiceAccount ${serviceAccount} for ${audience}`),
    ];
  },
});
