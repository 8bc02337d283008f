/**
 * The names of the state machines. They are fixed, so that a function may know a machine that in turn invokes the function:
 * an ARN made of the name waits for nothing.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { inNetwork, type Network, PUBLIC_NETWORK } from '../config/networks.ts';

export type PlaybookName = 'contain' | 'release' | 'decide';

export interface PlaybookArns {
  readonly name: string;
  readonly machine: string;
  /** Of any execution; ends in a wildcard. */
  readonly executions: string;
}

/** @param network of *contain* and *release*; there is one *decide* */
export function playbookArns(
  scope: Construct,
  playbook: PlaybookName,
  network: Network = PUBLIC_NETWORK,
): PlaybookArns {
  const stack = Stack.of(scope);
  // Named after the stack: the console shows whose they are.
  const name = `${stack.stackName}-${inNetwork(playbook, network)}`;
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  return { name, machine: arn('stateMachine', name), executions: arn('execution', `${name}:*`) };
}

/** Why a policy names the executions of a machine by a wildcard. */
export const ANY_EXECUTION = 'Which executions there will be is not known; they are those of this state machine alone.';
