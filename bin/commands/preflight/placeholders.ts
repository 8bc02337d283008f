import type { SentinelConfig } from '../../../lib/config/config-schema.ts';

/** Domains that are nobody's, for examples (RFC 2606). */
const EXAMPLE_DOMAINS = ['example.com', 'example.net', 'example.org'];
const EXAMPLE_ENDS = ['example', 'invalid', 'test', 'localhost'];
/** The number of an account in the documentation of AWS. */
const EXAMPLE_ACCOUNT = '111122223333';
/** The cluster of the configuration that is shipped. A cluster may really have this name. */
const EXAMPLE_CLUSTER = 'example';

/** What of a configuration is still an example, a sentence each: an alert to such an address reaches nobody. */
export function placeholdersIn({ account, clusters, emails, healthEmails = [] }: SentinelConfig): string[] {
  const addresses = [
    ...emails.map(({ address }) => ['emails', address] as const),
    ...healthEmails.map((address) => ['healthEmails', address] as const),
  ].filter(([, address]) => isExample(address));
  const found = [
    ...addresses.map(([key, address]) => `${key}: ${address} is an example, at which nobody reads.`),
    ...(account === EXAMPLE_ACCOUNT ? [`account: ${account} is an example.`] : []),
  ];
  const isUnedited = found.length > 0 && clusters.some(({ name }) => name === EXAMPLE_CLUSTER);
  return isUnedited ? [`clusters: ${EXAMPLE_CLUSTER} is an example.`, ...found] : found;
}

function isExample(address: string): boolean {
  const labels = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return EXAMPLE_DOMAINS.includes(labels.slice(-2).join('.')) || EXAMPLE_ENDS.includes(labels.at(-1) ?? '');
}
