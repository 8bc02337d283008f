/** What the Region tells of its partition: from the table that the AWS SDK ships, which every AWS SDK shares. */
import { partition } from '@aws-sdk/util-endpoints';

/** The partition as ARNs name it: `aws`, `aws-cn`, … A Region that the SDK does not know counts to `aws`. */
export const partitionOf = (region: string): string => partition(region).name;

/** What the host names of the Region's services end in: `amazonaws.com`, `amazonaws.com.cn`, … */
export const dnsSuffixOf = (region: string): string => partition(region).dnsSuffix;

/**
 * What the registries of Amazon ECR end in by their dual-stack names: `on.aws`. As that of the dual-stack services
 * (`api.aws`), with another first label (ECR user guide, "Amazon ECR registries", and its credential helper).
 */
export const registrySuffixOf = (region: string): string =>
  partition(region).dualStackDnsSuffix.replace(/^api\./, 'on.');
