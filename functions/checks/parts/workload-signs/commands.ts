/**
 * What a container is told to do, in arguments and in the values of environment variables, which are not shown. Ways in
 * which an intruder's workload begins or gets out.
 */
import type { PodSpec } from './pod-spec.ts';
import { type Pattern, searchContainer } from './search.ts';
import { defineSign } from './sign.ts';

const looksFor =
  (patterns: readonly Pattern[]) =>
  ({ containers }: PodSpec): string[] =>
    containers.flatMap((container) => searchContainer(container, patterns));

const FETCH = '\\b(?:curl|wget|base64)\\b';

/** Also looked for in what containers write. From one command that fetches to the next, so that no text is gone through twice. */
export const FETCHED_SCRIPT = new RegExp(
  `${FETCH}(?:(?!${FETCH})[^\\n])*?\\|\\s*(?:sudo\\s+)?(?:ba|da|z|a)?sh\\b`,
  'i',
);

/** MITRE T1105, T1059.004. */
export const suspiciousCommand = defineSign({
  sign: 'suspicious-command',
  words: 'suspicious command',
  danger: 8,
  look: looksFor([
    { pattern: FETCHED_SCRIPT, says: () => 'runs a script that it fetches or decodes' },
    {
      pattern: /\bchmod\s{1,9}(?:\+x|[0-7]{3,4})\s{1,9}\/(?:tmp|var\/tmp|dev\/shm)\//,
      says: () => 'makes a file in a temporary folder a program',
    },
  ]),
});

/** A shell that is given away to whoever listens elsewhere (MITRE T1059.004). */
export const reverseShell = defineSign({
  sign: 'reverse-shell',
  words: 'reverse shell',
  grave: true,
  danger: 10,
  look: looksFor([
    {
      pattern: /\/dev\/(?:tcp|udp)\/|\b(?:nc|ncat|netcat)\b[^\n]{0,40} -(?:e|c|-exec|-sh-exec)\b/,
      says: () => 'opens a reverse shell',
    },
    { pattern: /\bsocat\b[^\n]{0,100}\bexec:/i, says: () => 'connects a program to the network (socat)' },
    {
      pattern: /\bmkfifo\b[^\n]{0,100}[|;&]\s{0,4}(?:nc|ncat|netcat|telnet|openssl)\b/,
      says: () => 'connects a shell to the network by a pipe',
    },
    {
      pattern: /\bpty\.spawn\b|\bos\.dup2\b|\bIO::Socket::INET\b|\bTCPSocket\.(?:new|open)\b|\bfsockopen\b/,
      says: () => 'connects a shell to the network in a script',
    },
  ]),
});

/** From the container into its node (MITRE T1611). */
export const nodeEntry = defineSign({
  sign: 'node-entry',
  words: 'enters the node',
  danger: 8,
  look: looksFor([
    { pattern: /\bnsenter\b/, says: () => 'enters namespaces of the node (nsenter)' },
    {
      pattern: /\bchroot\s{1,9}\/(?:host|rootfs|mnt|node)/,
      says: () => 'enters the file system of the node (chroot)',
    },
    { pattern: /\/proc\/1\/root\b/, says: () => 'enters the file system of the node (/proc/1/root)' },
    {
      pattern: /\b(?:docker|containerd|crio)\.sock\b/,
      says: () => "speaks to the node's container runtime",
    },
  ]),
});

/** The credentials of the node, from EC2's instance metadata service (MITRE T1552.005). */
export const metadataAccess = defineSign({
  sign: 'metadata-access',
  words: "asks for the node's credentials",
  danger: 4,
  look: looksFor([
    {
      pattern: /\b169\.254\.169\.254\b|\bfd00:ec2::254\b/i,
      says: () => "names EC2's instance metadata service",
    },
  ]),
});

/** The same, by the path under which the service hands the role's keys out (EC2 user guide, IAM roles for Amazon EC2). */
export const nodeCredentials = defineSign({
  sign: 'node-credentials',
  words: "fetches the keys of the node's role",
  danger: 8,
  look: looksFor([
    {
      pattern: /\bmeta-data\/iam\/security-credentials\b/i,
      says: () => "fetches the keys of the node's role from EC2's instance metadata service",
    },
  ]),
});
