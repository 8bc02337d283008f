/** The dead-letter queue of a deployment, and the functions whose work is in it. */
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { stackOutputs } from '../table.ts';
import type { Task } from '../task.ts';

const QUEUE_OUTPUT = 'DeadLetterQueueUrl';
/** So long a message that was read is not read again, in seconds. */
const HIDDEN_S = 30;

export interface DeadLetter {
  /** By which it is taken out. */
  handle: string;
  body: string;
  /** Epoch milliseconds. */
  sentAt?: number;
}

export interface DeadLetters {
  /** The next ones; none where nothing is left. */
  next(): Promise<DeadLetter[]>;
  /** Hands a payload to a function, asynchronously. @throws when Lambda did not take it */
  invoke(functionName: string, payload: unknown): Promise<void>;
  remove(letter: DeadLetter): Promise<void>;
}

/** @throws {InputError} when there is no such stack, or it has no queue */
export async function openDeadLetters(
  task: Task,
  { stack, region }: { stack?: string; region?: string },
): Promise<DeadLetters> {
  const QueueUrl = (await stackOutputs(task, defined({ stack, region }))).get(QUEUE_OUTPUT);
  if (!QueueUrl) throw new InputError(`the stack has no output ${QUEUE_OUTPUT}: give another one with --stack`);
  const { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const [sqs, lambda] = [new SQSClient(defined({ region })), new LambdaClient(defined({ region }))];
  task.waitFor('Reading the dead-letter queue');
  return {
    async next() {
      const { Messages: messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_S,
          // A short poll asks some of the servers alone, and may find nothing.
          WaitTimeSeconds: 2,
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return messages.map(({ ReceiptHandle: handle = '', Body: body = '', Attributes: { SentTimestamp } = {} }) => ({
        handle,
        body,
        ...defined({ sentAt: SentTimestamp === undefined ? undefined : Number(SentTimestamp) }),
      }));
    },
    async invoke(FunctionName, payload) {
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }));
    },
    async remove({ handle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}
