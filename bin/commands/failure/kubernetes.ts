import { KubeconfigError, type KubeconfigFault } from '../../../functions/clients/kubernetes/kubeconfig-error.ts';
import { KubernetesError } from '../../../functions/contract/errors.ts';
import { codeOf, deepestMessage } from '../../../functions/kit/cause.ts';
import type { CommandFailure } from './failure.ts';

const WRITE_AGAIN = '"aws eks update-kubeconfig --name NAME" writes it again';
const NETWORK =
  'check the network: VPN, proxy, security groups. A private endpoint of EKS can be reached from its VPC only';

const KUBECONFIG: Readonly<Record<KubeconfigFault, string>> = {
  file: `check the path and the file (--kubeconfig, or $KUBECONFIG); ${WRITE_AGAIN}`,
  context: `choose one with --context; ${WRITE_AGAIN}`,
  'plugin-missing': 'install the program, or name it by its whole path in the kubeconfig',
  credentials: 'sign in again (for EKS with IAM Identity Center: "aws sso login"), then repeat the command',
  'not-ready': 'wait until the cluster is ACTIVE, then repeat the command',
};

/** What there was no answer for, by the codes of Node.js. */
const CONNECTIONS: readonly { codes: RegExp; what: string; todo: string }[] = [
  {
    codes: /^(ENOTFOUND|EAI_AGAIN|EAI_NONAME)$/,
    what: 'the host name of the API server cannot be resolved',
    todo: `check DNS and VPN, and whether the cluster still exists; ${WRITE_AGAIN}`,
  },
  {
    codes: /^ECONNREFUSED$/,
    what: 'the API server refuses the connection',
    todo: `check that it runs at this address; ${WRITE_AGAIN}`,
  },
  {
    codes: /^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN)$/,
    what: 'there is no way to the address of the API server',
    todo: NETWORK,
  },
  { codes: /TIMEOUT|TIMEDOUT/, what: 'the API server does not answer', todo: NETWORK },
  { codes: /^(ECONNRESET|EPIPE)$/, what: 'the connection to the API server breaks', todo: NETWORK },
  {
    codes: /ALERT.*(CERT|CA)|CERTIFICATE_REQUIRED/,
    what: 'the API server refuses the client certificate of the kubeconfig',
    todo: `its user needs a new certificate; ${WRITE_AGAIN}`,
  },
  {
    codes: /CERT|^CRL|ALTNAME|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/,
    what: 'the certificate of the API server is not valid for this kubeconfig',
    todo: `somebody else may be answering, or the certificate authority was renewed: compare them; ${WRITE_AGAIN}`,
  },
  {
    codes: /SSL|EPROTO|^HPE_/,
    what: 'what answers does not speak TLS as an API server does',
    todo: 'check the server and its port in the kubeconfig',
  },
];

/** An API server that was not reached, or refused. */
export function kubernetesFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof KubeconfigError) return { what: error.message, todo: KUBECONFIG[error.kind] };
  if (!(error instanceof KubernetesError)) return undefined;
  const { code, reason, message } = error;
  if (code === 401)
    return {
      what: `the API server does not know these credentials (${message})`,
      todo: 'sign in again; on EKS, the IAM principal also needs an access entry of the cluster, or a line in aws-auth',
    };
  if (code === 403)
    return {
      what: `this is not allowed: ${message}`,
      todo: 'use an identity that may do this, or have the right granted',
    };
  if (reason === 'NoAnswer') return { what: `the API server does not answer: ${message}`, todo: NETWORK };
  if (code === 0 && (reason === 'Disconnected' || reason === 'Unreachable')) return unreached(error);
  if (reason === 'InvalidAnswer')
    return {
      what: 'what answers is not a Kubernetes API server: it sends something else than an object of the API',
      todo: 'check the server and its port in the kubeconfig; a proxy or a login page may stand in between',
    };
  if (code >= 500 || code === 429)
    return {
      what: `the API server cannot answer now (HTTP ${code}: ${message})`,
      todo: 'repeat the command in a moment; if it stays so, look at the state of the control plane',
    };
  return { what: `the API server refuses this (HTTP ${code}, ${reason}): ${message}` };
}

function unreached(error: KubernetesError): CommandFailure {
  const code = codeOf(error.cause) ?? '';
  const { what, todo } = CONNECTIONS.find(({ codes }) => codes.test(code)) ?? UNKNOWN;
  return { what: `${what} (${code === '' ? '' : `${code}: `}${deepestMessage(error.cause)})`, todo };
}

const UNKNOWN = { what: 'the API server cannot be reached', todo: NETWORK };
