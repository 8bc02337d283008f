/** Signs of a pod that reaches the node it runs on (Pod Security Standards, "Baseline"; MITRE T1611). */
import { number, record, text } from '../../../kit/json.ts';
import type { PodSpec } from './pod-spec.ts';
import { defineSign } from './sign.ts';

export const privileged = defineSign({
  sign: 'privileged',
  words: 'privileged',
  grave: true,
  danger: 10,
  look: ({ containers, securityContext }) => [
    ...containers.filter((container) => container.securityContext['privileged'] === true).map(({ label }) => label),
    // A Windows HostProcess container is the same by another name.
    ...[securityContext, ...containers.map((container) => container.securityContext)]
      .filter((context) => record(context['windowsOptions'])['hostProcess'] === true)
      .map(() => 'Windows HostProcess'),
  ],
});

const uses =
  (field: string) =>
  ({ spec }: PodSpec): string[] =>
    spec[field] === true ? [`${field} of the node`] : [];

export const hostPid = defineSign({
  sign: 'host-pid',
  words: "sees the node's processes",
  grave: true,
  danger: 8,
  look: uses('hostPID'),
});
export const hostNetwork = defineSign({
  sign: 'host-network',
  words: "uses the node's network",
  grave: true,
  danger: 7,
  look: uses('hostNetwork'),
});
export const hostIpc = defineSign({
  sign: 'host-ipc',
  words: "shares the node's memory (IPC)",
  danger: 6,
  look: uses('hostIPC'),
});

export const hostPath = defineSign({
  sign: 'host-path',
  words: "mounts the node's files",
  grave: true,
  danger: 8,
  look: ({ volumes }) =>
    volumes.flatMap(({ name, hostPath: source }) =>
      source ? [`volume ${text(name) ?? ''} is ${text(record(source)['path']) ?? 'a path'} of the node`] : [],
    ),
});

/** A socket of the container runtime: whoever speaks to it can start any container on the node. */
const SOCKET = /\.sock$/;

/** Agents that collect logs and metrics mount files of their node to read them; what can write them owns the node. */
export const hostWrite = defineSign({
  sign: 'host-write',
  words: "can write the node's files, or speak to its container runtime",
  grave: true,
  danger: 9,
  look: ({ volumes, containers }) =>
    volumes.flatMap(({ name, hostPath: source }) => {
      const path = text(record(source)['path']) ?? 'a path';
      const writers = containers.filter(({ mounts }) =>
        mounts.some((mount) => mount['name'] === name && (mount['readOnly'] !== true || SOCKET.test(path))),
      );
      return source ? writers.map(({ label }) => `${label}: ${path} of the node`) : [];
    }),
});

export const hostPort = defineSign({
  sign: 'host-port',
  words: 'opens a port of the node',
  danger: 3,
  // With hostNetwork each port is one of the node, and the API server writes it so.
  look: ({ containers, spec }) =>
    spec['hostNetwork'] === true
      ? []
      : containers.flatMap(({ label, ports }) =>
          ports.flatMap((port) => (number(port['hostPort']) ? [`${label}: port ${port['hostPort']} of the node`] : [])),
        ),
});

/** Each container sees the processes, and the memory, of the others in the pod. */
export const shareProcessNamespace = defineSign({
  sign: 'share-process-namespace',
  words: "containers see each other's processes",
  danger: 3,
  look: ({ spec }) => (spec['shareProcessNamespace'] === true ? ['shareProcessNamespace'] : []),
});
