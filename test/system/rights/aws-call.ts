/** What a thief of a role tries in AWS. */
import type { AwsClients } from './aws-clients.ts';

/** An action on something. */
export interface Call {
  /** As IAM names it. */
  action: string;
  /** What it is done to, as the page says it. */
  on: string;
  send(clients: AwsClients): Promise<unknown>;
}

export const each = <T>(things: Readonly<Record<string, T>>, calls: (thing: T, name: string) => Call[]): Call[] =>
  Object.entries(things).flatMap(([name, thing]) => calls(thing, name));
