/** The authenticator that EKS itself runs: the API server asks it who a bearer token is. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Certificates } from './certificates.ts';
import type { Emulator } from './emulator.ts';
import { freePort, LOOPBACK } from './ports.ts';
import { bareEnvironment, type Processes } from './processes.ts';

/** The authenticator's health server binds this port on all interfaces, and has no option against it. */
const HEALTH_PORT = 21363;

/** Takes the port on loopback first: the authenticator only logs that it could not have it. */
function holdHealthPort(): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined)); // another twin holds it
    server.listen(HEALTH_PORT, LOOPBACK, () => resolve(server.unref()));
  });
}

/**
 * Starts the authenticator.
 *
 * @returns path of the kubeconfig of its token webhook
 * @throws ProcessError when it does not come up
 */
export async function startAuthenticator(
  processes: Processes,
  binaries: Binaries,
  certificates: Certificates,
  emulator: Emulator,
): Promise<string> {
  const name = 'aws-iam-authenticator';
  const folder = join(processes.folder, 'authenticator');
  const webhook = join(folder, 'webhook.yaml');
  const config = join(folder, 'config.json');
  mkdirSync(folder);
  const settings = {
    clusterID: emulator.cluster,
    server: {
      address: LOOPBACK,
      hostname: LOOPBACK,
      port: await freePort(LOOPBACK),
      partition: 'aws',
      stateDir: folder,
      generateKubeconfig: webhook,
      backendMode: ['DynamicFile'],
      dynamicfilepath: emulator.accessEntries,
      dynamicfileUserIDStrict: true,
    },
  };
  writeFileSync(config, JSON.stringify(settings));
  const held = await holdHealthPort();
  await processes.start({
    name,
    command: binaries.authenticator,
    args: ['server', '-c', config],
    env: {
      ...bareEnvironment(),
      // asks STS, at its real name, through the emulator and nowhere else
      HTTPS_PROXY: emulator.stsProxy,
      NO_PROXY: '',
      SSL_CERT_FILE: certificates.file('ca.crt'),
      SSL_CERT_DIR: join(folder, 'none'),
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  await processes.until(async () => readFileSync(webhook, 'utf8').includes('current-context'), {
    what: 'the authenticator has written its webhook',
    process: name,
  });
  const tried = async () => !held || readFileSync(processes.log(name), 'utf8').includes('healthz server exited');
  await processes.until(tried, { what: 'the authenticator has given up its health port', process: name });
  held?.close();
  return webhook;
}
