import type { Account } from '../account.ts';

/** What may be wrong in an account: the check that must name it, in which words, and the fix. */
export interface Fault {
  name: string;
  check: string;
  breaks: (account: Account) => void;
  config?: string;
  status?: 'failed' | 'note' | 'not-checked';
  says: RegExp;
  /** A command that is printed, or what is to be done in words. */
  fix: RegExp;
}
