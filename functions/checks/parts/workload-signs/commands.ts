import { type Pattern, searchContainer } from './search.ts';
import { defineSign } from './sign.ts';

const FETCH = '\\b(?:curl|wget|base64)\\b';

/** Ways in which an intruder's workload begins or gets out (MITRE T1059.004, T1105, T1611). */
const PATTERNS: readonly Pattern[] = [
  {
    // From one command that fetches to the next, so that no text is gone through twice.
    pattern: new RegExp(`${FETCH}(?:(?!${FETCH})[^\\n])*?\\|\\s*(?:sudo\\s+)?(?:ba|da|z|a)?sh\\b`, 'i'),
    says: () => 'runs a script that it fetches or decodes',
  },
  { pattern: /\bnsenter\b/, says: () => 'enters namespaces of the node (nsenter)' },
  {
    pattern: /\bchroot\s{1,9}\/(?:host|rootfs|mnt|node)/,
    says: () => 'goes into the file system of the node (chroot)',
  },
  { pattern: /\/dev\/(?:tcp|udp)\/|\b(?:nc|ncat)\b[^\n]{0,40} -e\b/, says: () => 'opens a reverse shell' },
];

/** In arguments and in the values of environment variables, which are not shown. */
export const suspiciousCommand = defineSign({
  sign: 'suspicious-command',
  words: 'suspicious command',
  danger: 8,
  look: ({ containers }) => containers.flatMap((container) => searchContainer(container, PATTERNS)),
});
