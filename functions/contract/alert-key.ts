/** Where the evidence bucket keeps what was alerted. */
import { ACCOUNT, EKS_CLUSTER, REGION } from '../kubernetes/names/aws.ts';
import type { Cluster } from './finding.ts';

/** `alerts/<account>/<region>/<cluster>/<id>/`, with `unknown` for what is missing or no valid name. */
export function alertFolder({ account, region, name }: Cluster, id: string): string {
  const part = (grammar: RegExp, text = ''): string => (grammar.test(text) ? text : 'unknown');
  return `alerts/${part(ACCOUNT, account)}/${part(REGION, region)}/${part(EKS_CLUSTER, name)}/${id}/`;
}
