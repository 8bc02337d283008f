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
  const options = defined({ region: choice.region });
  const where = choice.region === undefined ? '' : ` in ${choice.region}`;
  const tableName = choice.table ?? (await tableOf(task, choice.stack ?? DEFAULT_STACK, options, where));
  task.about = `table ${tableName}${where}`;
  task.waitFor(`Asking DynamoDB for the table ${tableName}`);
  return { db: new DynamoDBClient(options), tableName };
}

async function tableOf(task: Task, stack: string, options: { region?: string }, where: string): Promise<string> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  task.about = `stack ${stack}${where}`;
  task.waitFor(`Asking CloudFormation for the stack ${stack}`);
  const cloudformation = new CloudFormationClient(options);
  try {
    const { Stacks: [found] = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: stack }));
    const table = found?.Outputs?.find(({ OutputKey }) => OutputKey === TABLE_OUTPUT)?.OutputValue;
    if (table) return table;
    throw new InputError(
      `the stack ${stack}${where} has no output ${TABLE_OUTPUT}: give another one with --stack, or --table`,
    );
  } catch (error) {
    if (/does not exist/.test((error as Error).message))
      throw new InputError(
        `there is no stack ${stack}${where}: give another one with --stack, or --region, or AWS_PROFILE`,
      );
    throw error;
  }
}
