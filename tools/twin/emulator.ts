/** The AWS emulator, with the patches in `emulator/`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from './certificates.ts';
import { type Endpoint, kubeconfig } from './kube.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { bareEnvironment, type Processes } from './processes.ts';
import type { Python } from './python.ts';

/** Where the twin's account is. */
export interface AwsPlace {
  account: string;
  region: string;
  cluster: string;
}

export interface Emulator extends AwsPlace {
  /** `http://127.0.0.1:port`, for every service. */
  url: string;
  /** Ends TLS for STS hosts, for the authenticator. */
  stsProxy: string;
  /** The authenticator's dynamic file, kept equal to the cluster's access entries. */
  accessEntries: string;
  /** The file of what topics sent by e-mail, a line of JSON each; see `mailbox.ts`. */
  mailbox: string;
  /** Kubeconfig of the authorizer that evaluates EKS access policies. */
  authorizationWebhook: string;
  /** Environment for programs that use AWS (SDKs, the AWS CLI, cdk) as the account's root. */
  environment: Record<string, string>;
  /** How long a minute of schedules, alarms and pauses is. */
  minuteMs: number;
}

export interface EmulatorOptions {
  /** Whoever calls AWS without permission gets AccessDenied. Default: true. */
  enforceIam?: boolean;
  /** How long Lambda waits before it tries an asynchronous invocation again; then twice that. Default: 60, as on AWS. */
  retrySeconds?: number;
  /** How long a minute of schedules, alarms and pauses is, in seconds. Default: 60. */
  minuteSeconds?: number;
  /**
   * Other accounts whose clusters' logs are copied into log groups of the twin's account, whose names begin with the prefix; see
   * `emulator/centralization.py`. Default: none.
   */
  centralization?: { accounts: readonly string[]; prefix: string };
}

/** @throws ProcessError when it does not come up */
export async function startEmulator(
  processes: Processes,
  python: Python,
  certificates: Certificates,
  cluster: Endpoint,
  place: AwsPlace,
  options: EmulatorOptions = {},
): Promise<Emulator> {
  const [port, stsPort, authorizerPort] = [
    await freePort(LOOPBACK),
    await freePort(LOOPBACK),
    await freePort(LOOPBACK),
  ];
  const { minuteSeconds = 60 } = options;
  const url = `http://${LOOPBACK}:${port}`;
  const accessEntries = join(processes.folder, 'access-entries.json');
  const mailbox = join(processes.folder, 'mailbox.jsonl');
  const authorizationWebhook = join(processes.folder, 'authorizer.kubeconfig');
  const authorizer = { url: `http://${LOOPBACK}:${authorizerPort}`, ca: cluster.ca };
  writeFileSync(authorizationWebhook, kubeconfig(authorizer, 'kube-apiserver', { token: 'unused' }), { mode: 0o600 });
  const stsHosts = [`sts.${place.region}.amazonaws.com`, 'sts.us-east-1.amazonaws.com', 'sts.amazonaws.com'];
  await certificates.issue({ name: 'sts', commonName: 'sts', dnsNames: [...new Set(stsHosts)] });
  const sts = certificates.pair('sts');
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: place.account, // the emulator takes a key of twelve digits for the account's root
    AWS_SECRET_ACCESS_KEY: 'twin',
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
  };
  await processes.start({
    name: 'emulator',
    command: python.command,
    args: [join(import.meta.dirname, 'emulator', 'main.py')],
    env: {
      ...bareEnvironment(),
      ...environment, // functions inherit the endpoint
      // functions run on the Node that runs this, whatever the shell has
      PATH: `${join(process.execPath, '..')}:${process.env.PATH}`,
      PYTHONPATH: python.packages,
      PYTHONDONTWRITEBYTECODE: '1',
      TMPDIR: processes.folder,
      GATEWAY_PORT: `${port}`,
      BIND_HOST: LOOPBACK,
      MINISTACK_HOST: LOOPBACK,
      MINISTACK_REGION: place.region,
      MINISTACK_ACCOUNT_ID: place.account,
      CLOUDTRAIL_RECORDING: '0', // upstream's, see emulator/trail_events.py
      IOT_MTLS_ENABLED: '0', // would listen on all interfaces
      LAMBDA_ASYNC_RETRY_BASE_SECONDS: `${options.retrySeconds ?? minuteSeconds}`,
      AUTH: options.enforceIam === false ? 'false' : 'true',
      TWIN: JSON.stringify({
        ...place,
        centralization: options.centralization,
        endpoint: cluster.url,
        ca: cluster.ca,
        accessEntries,
        mailbox,
        minuteSeconds,
        stsPort,
        stsCertificate: sts.certificate,
        stsKey: sts.key,
        authorizerPort,
      }),
    },
  });
  await processes.until(async () => (await fetch(`${url}/_ministack/health`)).ok, {
    what: 'the AWS emulator answers',
    process: 'emulator',
  });
  const stsProxy = `http://${LOOPBACK}:${stsPort}`;
  return {
    ...place,
    url,
    stsProxy,
    accessEntries,
    mailbox,
    authorizationWebhook,
    environment,
    minuteMs: minuteSeconds * 1_000,
  };
}
