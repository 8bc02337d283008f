import { type AwsRow, contextFor, rowsOf } from '../../../bin/commands/preflight/aws/ask.ts';
import type { AwsCheck } from '../../../bin/commands/preflight/aws/check.ts';
import { awsClients } from '../../../bin/commands/preflight/aws/clients.ts';
import { parseConfig } from '../../../lib/config/config.ts';
import { type Account, CONFIG, REGION, use } from './account.ts';

/** What one check says of an account. */
export async function rows(check: AwsCheck, account: Account, config = CONFIG): Promise<AwsRow[]> {
  use(account);
  const context = await contextFor(parseConfig(config, 'test.yaml'), 'test.yaml', awsClients(REGION));
  return rowsOf(check, context);
}
