/** The findings table of a deployment, by its name or by the stack. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from 'commander';
import { defined } from '../../functions/kit/defined.ts';
import { InputError } from '../input/input.ts';
import type { Task } from './task.ts';

const DEFAULT_STACK = 'NamespaceSentinel';
const TABLE_OUTPUT = 'FindingsTableName';

export interface TableChoice {
  table?: string;
  stack?: string;
  region?: string;
}

/** Adds the options that choose the table. */
export const withTable = (command: Command): Command =>
  command
    .option('--table <name>', `the findings table (default: the output ${TABLE_OUTPUT} of the stack)`)
    .option('--stack <name>', `the stack that has it (default: ${DEFAULT_STACK})`);

export interface OpenTable {
  db: DynamoDBClient;
  tableName: string;
}

/**
 * The AWS SDK is loaded here only: other commands need neither wait for it nor hold it.
 *
 * @throws {InputError} when there is no such stack, or it has no table
 * @throws what AWS answers
 */
export async function openTable(task: Task, choice: TableChoice): Promise<OpenTable> {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const tableName = choice.table ?? (await tableOf(task, choice));
  const where = inRegion(choice);
  task.about = `table ${tableName}${where}`;
  task.waitFor(`Asking DynamoDB for the table ${tableName}`);
  return { db: new DynamoDBClient(defined({ region: choice.region })), tableName };
}

async function tableOf(task: Task, choice: TableChoice): Promise<string> {
  const table = (await stackOutputs(task, choice)).get(TABLE_OUTPUT);
  if (table) return table;
  const { stack = DEFAULT_STACK } = choice;
  throw new InputError(
    `the stack ${stack}${inRegion(choice)} has no output ${TABLE_OUTPUT}: give another one with --stack, or --table`,
  );
}

/**
 * The outputs of the stack of a deployment.
 *
 * @throws {InputError} when there is no such stack
 * @throws what AWS answers
 */
export async function stackOutputs(
  task: Task,
  choice: Pick<TableChoice, 'stack' | 'region'>,
): Promise<ReadonlyMap<string, string>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const { stack = DEFAULT_STACK, region } = choice;
  task.about = `stack ${stack}${inRegion(choice)}`;
  task.waitFor(`Asking CloudFormation for the stack ${stack}`);
  try {
    const cloudformation = new CloudFormationClient(defined({ region }));
    const { Stacks: [found] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: stack }));
    return new Map((found?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    if (!/does not exist/.test((error as Error).message)) throw error;
    throw new InputError(
      `there is no stack ${stack}${inRegion(choice)}: give another one with --stack, or --region, or AWS_PROFILE`,
    );
  }
}

const inRegion = ({ region }: Pick<TableChoice, 'region'>): string => (region === undefined ? '' : ` in ${region}`);
