/** Credentials from the program that a kubeconfig names: client authentication API `client.authentication.k8s.io`. */
import { spawn } from 'node:child_process';
import { defined } from '../../kit/defined.ts';
import { KubeconfigError, type KubeconfigFault } from './kubeconfig-error.ts';

/** The `exec` part of a user, as it stands in the kubeconfig. */
export interface ExecConfig {
  apiVersion?: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  /** What the author of the kubeconfig says about how to install the program. */
  installHint?: string;
}

/** What the program answers. https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
export interface ExecStatus {
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
  expirationTimestamp?: string;
}

/** A program that has not answered by then waits for something that it will not get. */
const LONGEST_MS = 60_000;
/** The most that is kept of what it says. */
const MAX_SAID = 4_000;

/**
 * Runs the program. It cannot ask anything: it has no standard input, and what it writes to standard error is kept for
 * the message.
 *
 * @throws {KubeconfigError} when it is not installed, fails, does not end within 60 s, or answers no credential
 */
export async function execCredential(exec: ExecConfig, longestMs = LONGEST_MS): Promise<ExecStatus> {
  const { apiVersion = 'client.authentication.k8s.io/v1beta1', command, env, installHint } = exec;
  // Its arguments stay out of the message: some plugins take a secret as one.
  const failed = (kind: KubeconfigFault, why: string, cause?: unknown) =>
    new KubeconfigError(kind, `the credential plugin "${command}" ${why}`, cause);

  const info = { apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const own = Object.fromEntries((env ?? []).map(({ name, value }) => [name, value]));
  const child = spawn(command, exec.args ?? [], {
    env: { ...process.env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Not the option of spawn: its timer goes on where the program could not be started.
  const tooLong = setTimeout(() => {
    child.kill('SIGKILL');
    // What it has started itself may hold the pipes open.
    for (const pipe of [child.stdout, child.stderr]) pipe.destroy();
  }, longestMs);
  let [answer, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_SAID);
  });
  const ended = await new Promise<Ended>((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  clearTimeout(tooLong);
  if (ended.error) {
    const { code, message } = ended.error;
    if (code !== 'ENOENT') throw failed('credentials', `cannot be started: ${message}`, ended.error);
    throw failed('plugin-missing', `is not installed${installHint ? `: ${installHint.trim()}` : ''}`, ended.error);
  }
  const words = said.trim() === '' ? 'it says nothing' : `it says: ${said.trim().replace(/\s+/g, ' ')}`;
  if (ended.code === null && child.killed)
    throw failed('credentials', `did not end within ${longestMs / 1000} s, and was stopped; ${words}`);
  if (ended.code !== 0) throw failed('credentials', `ended with ${ended.code ?? ended.signal}; ${words}`);
  const status = statusIn(answer);
  if (!status) throw failed('credentials', 'answered something that is not an ExecCredential');
  return status;
}

type Ended =
  | { error: NodeJS.ErrnoException; code?: never; signal?: never }
  | { error?: never; code: number | null; signal: string | null };

function statusIn(answer: string): ExecStatus | undefined {
  let status: Partial<Record<keyof ExecStatus, unknown>>;
  try {
    status = Object(Object(JSON.parse(answer)).status);
  } catch {
    return undefined;
  }
  const { token, clientCertificateData, clientKeyData, expirationTimestamp } = status;
  const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
  const known: ExecStatus = defined({
    token: isText(token) ? token : undefined,
    clientCertificateData: isText(clientCertificateData) ? clientCertificateData : undefined,
    clientKeyData: isText(clientKeyData) ? clientKeyData : undefined,
    expirationTimestamp: isText(expirationTimestamp) ? expirationTimestamp : undefined,
  });
  return known.token || (known.clientCertificateData && known.clientKeyData) ? known : undefined;
}
