/** How the API server reaches kubelets that are in a network of their own: through a socket in the twin's folder. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificates } from '../certificates.ts';
import type { Endpoint } from '../kube.ts';

/** The socket behind which connections are opened in the node's network. */
export const tunnelSocket = (runFolder: string): string => join(runFolder, 'kubelets.sock');

/** Arguments for the API server. Issues its client certificate for kubelets. */
export async function kubeletAccess(
  runFolder: string,
  certificates: Certificates,
  endpoint: Endpoint,
): Promise<string[]> {
  await certificates.issue({
    name: 'api-kubelet',
    commonName: 'kube-apiserver-kubelet-client',
    organizations: ['system:masters'],
  });
  const file = join(runFolder, 'egress.json');
  const transport = { uds: { udsName: tunnelSocket(runFolder) } };
  const connection = { proxyProtocol: 'HTTPConnect', transport };
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'apiserver.k8s.io/v1beta1',
      kind: 'EgressSelectorConfiguration',
      egressSelections: [{ name: 'cluster', connection }],
    }),
  );
  const client = certificates.pair('api-kubelet');
  return [
    `--egress-selector-config-file=${file}`,
    `--kubelet-client-certificate=${client.certificate}`,
    `--kubelet-client-key=${client.key}`,
    `--kubelet-certificate-authority=${endpoint.ca}`,
    '--kubelet-preferred-address-types=InternalIP',
  ];
}
