/** Who may read a report, for whoever hands it on. */
import { parseArn } from '../../kubernetes/names/arn.ts';
import { consoleOf } from '../../kubernetes/names/console.ts';
import type { AdviceStep } from '../step.ts';

/** @param policy ARN of the managed policy for readers; nothing is known of them without it */
export function readersAdvice(policy: string | undefined, region: string | undefined): AdviceStep[] {
  const name = parseArn(policy ?? '')?.resource.replace(/^policy\//, '');
  if (policy === undefined || name === undefined) return [];
  const text =
    `Who may read this page: everybody with the IAM policy ${name}. It opens alerts and reports, and no collected ` +
    'evidence. To let somebody read, attach it to their role or permission set.';
  const console = consoleOf(region);
  return [console ? { text, link: `${console}/iam/home#/policies/details/${encodeURIComponent(policy)}` } : { text }];
}
