import { mistake } from '../../functions/kit/mistake.ts';
import type { SentinelConfig } from './config-schema.ts';

/** Domains that are nobody's, for examples (RFC 2606). */
const EXAMPLE_DOMAINS = ['example.com', 'example.net', 'example.org'];
const EXAMPLE_ENDS = ['example', 'invalid', 'test', 'localhost'];
/** The number of an account in the documentation of AWS. */
const EXAMPLE_ACCOUNT = '111122223333';
/** The cluster of the configuration that is shipped. A cluster may really have this name. */
const EXAMPLE_CLUSTER = 'example';

/** What of a configuration is still an example, with the fix: an alert to such an address reaches nobody. */
export function placeholdersIn({ account, clusters, emails, healthEmails = [] }: SentinelConfig): string[] {
  const addresses = [
    ...emails.map(({ address }) => ['emails', address] as const),
    ...healthEmails.map((address) => ['healthEmails', address] as const),
  ].filter(([, address]) => isExample(address));
  const found = [
    ...addresses.map(
      ([key, address]) =>
        `${key}: ${mistake(`${address} is an example, at which nobody reads`, 'name an address of yours')}`,
    ),
    ...(account === EXAMPLE_ACCOUNT
      ? [`account: ${mistake(`${account} is an example`, 'name your account, or leave it out')}`]
      : []),
  ];
  const isUnedited = found.length > 0 && clusters.some(({ name }) => name === EXAMPLE_CLUSTER);
  return isUnedited
    ? [`clusters: ${mistake(`${EXAMPLE_CLUSTER} is an example`, 'name your clusters')}`, ...found]
    : found;
}

function isExample(address: string): boolean {
  const labels = address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.');
  return EXAMPLE_DOMAINS.includes(labels.slice(-2).join('.')) || EXAMPLE_ENDS.includes(labels.at(-1) ?? '');
}

/** One message about them, for a person; undefined where there are none. */
export function placeholderWarning(config: SentinelConfig, file: string): string | undefined {
  const found = placeholdersIn(config);
  return found.length > 0 ? `${file} still holds examples:\n${found.map((each) => `  ${each}`).join('\n')}` : undefined;
}
