/** Where the evidence bucket keeps what was alerted. */
import { REGION } from '../kubernetes/aws-console.ts';
import type { Cluster } from './finding.ts';

export const ACCOUNT = /^\d{12}$/;
/** EKS: letters, digits, hyphens and underscores, at most 100. IAM names without punctuation match as well. */
export const CLUSTER = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

/** `alerts/<account>/<region>/<cluster>/<id>/`, with `unknown` for what is missing or no valid name. */
export function alertFolder({ account, region, name }: Cluster, id: string): string {
  const part = (grammar: RegExp, text = ''): string => (grammar.test(text) ? text : 'unknown');
  return `alerts/${part(ACCOUNT, account)}/${part(REGION, region)}/${part(CLUSTER, name)}/${id}/`;
}
