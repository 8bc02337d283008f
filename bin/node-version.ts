/** Which Node.js is needed. This file is loaded by any, and imports nothing. */

/** As `engines` in package.json has it: what undici needs, which the client for Kubernetes rests on. */
export const NODE_NEEDED = '22.19';

/** What to say where Node.js is older than it has to be. */
export function tooOld(needed: string, what: string, version: string = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return undefined;
  return `${what} needs Node.js ${needed} or later, and this is ${version}: install a newer one from https://nodejs.org`;
}
