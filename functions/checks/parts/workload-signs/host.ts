/** Signs of a pod that reaches the node it runs on (Pod Security Standards, "Baseline"; MITRE T1611). */
import { number, record, text } from '../../../kit/json.ts';
import type { Sign } from './sign.ts';

export const privileged: Sign = {
  sign: 'privileged',
  danger: 10,
  look: ({ containers, securityContext }) => [
    ...containers.filter((container) => container.securityContext['privileged'] === true).map(({ label }) => label),
    // A Windows HostProcess container is the same by another name.
    ...[securityContext, ...containers.map((container) => container.securityContext)]
      .filter((context) => record(context['windowsOptions'])['hostProcess'] === true)
      .map(() => 'Windows HostProcess'),
  ],
};

const hostNamespace = (sign: 'host-pid' | 'host-network' | 'host-ipc', field: string, danger: number): Sign => ({
  sign,
  danger,
  look: ({ spec }) => (spec[field] === true ? [`${field} of the node`] : []),
});

export const hostPid = hostNamespace('host-pid', 'hostPID', 8);
export const hostNetwork = hostNamespace('host-network', 'hostNetwork', 7);
export const hostIpc = hostNamespace('host-ipc', 'hostIPC', 6);

export const hostPath: Sign = {
  sign: 'host-path',
  danger: 8,
  look: ({ volumes }) =>
    volumes.flatMap(({ name, hostPath: source }) =>
      source ? [`volume ${text(name) ?? ''} is ${text(record(source)['path']) ?? 'a path'} of the node`] : [],
    ),
};

export const hostPort: Sign = {
  sign: 'host-port',
  danger: 3,
  // With hostNetwork each port is one of the node, and the API server writes it so.
  look: ({ containers, spec }) =>
    spec['hostNetwork'] === true
      ? []
      : containers.flatMap(({ label, ports }) =>
          ports.flatMap((port) => (number(port['hostPort']) ? [`${label}: port ${port['hostPort']} of the node`] : [])),
        ),
};
