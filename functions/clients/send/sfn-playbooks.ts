import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { PlanAnswer } from '../../contract/follow-up.ts';
import type { Playbooks } from './playbooks.ts';

/** A failed execution that was redriven goes on where it failed. */
const UNDER_WAY = ['RUNNING', 'PENDING_REDRIVE'];

/** Executions of state machines in AWS Step Functions: whoever asks about one knows its ARN. */
export class SfnExecutions implements Pick<Playbooks, 'ended' | 'answer'> {
  protected readonly sfn: SFNClient;

  constructor(sfn: SFNClient) {
    this.sfn = sfn;
  }

  async ended(execution: string): Promise<boolean | undefined> {
    try {
      const { status } = await this.sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
      return status === undefined ? undefined : !UNDER_WAY.includes(status);
    } catch (error) {
      return error instanceof ExecutionDoesNotExist ? true : undefined;
    }
  }

  /** @throws what may be another time: whether it still waits is not known then */
  async answer(taskToken: string, answer: PlanAnswer): Promise<boolean> {
    try {
      await this.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(answer) }));
      return true;
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
        return false;
      throw error;
    }
  }
}

/** Asks about executions and answers their questions; also starts *contain*. */
export class SfnPlaybooks extends SfnExecutions implements Playbooks {
  readonly #contain: string;

  /** @param contain ARN of the state machine */
  constructor(sfn: SFNClient, contain: string) {
    super(sfn);
    this.#contain = contain;
  }

  /** While it runs, the same name with the same input is answered with the ARN again: the start was ours. */
  async start(name: string, input: object): Promise<string | undefined> {
    try {
      const command = new StartExecutionCommand({
        stateMachineArn: this.#contain,
        name,
        input: JSON.stringify(input),
      });
      return (await this.sfn.send(command)).executionArn;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return undefined;
      throw error;
    }
  }
}
