/** The dead-letter queue of a deployment, and the functions and event buses whose work is in it. */
import { taken } from '../../../functions/clients/send/taken.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { InputError } from '../../input/input.ts';
import { stackOutputs } from '../table.ts';
import type { Task } from '../task.ts';

const QUEUE_OUTPUT = 'DeadLetterQueueUrl';
/** So long a message that was read is not read again, in seconds. */
const HIDDEN_S = 30;

/** What EventBridge writes beside an event that it could not deliver. */
const ATTRIBUTES = ['RULE_ARN', 'TARGET_ARN', 'ERROR_CODE', 'ERROR_MESSAGE'] as const;

export interface DeadLetter {
  /** Stays the same when it is read again. */
  id: string;
  /** By which it is taken out. */
  handle: string;
  body: string;
  attributes: Readonly<Partial<Record<(typeof ATTRIBUTES)[number], string>>>;
  /** Epoch milliseconds. */
  sentAt?: number;
}

export interface DeadLetters {
  /** The next ones; none where nothing is left. */
  next(): Promise<DeadLetter[]>;
  /** Hands a payload to a function, asynchronously. @throws when Lambda did not take it */
  invoke(functionName: string, payload: unknown): Promise<void>;
  /** Puts an event on a bus of the account. @throws when EventBridge did not take it */
  put(bus: string, event: { source: string; detailType: string; detail: unknown }): Promise<void>;
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
  const { EventBridgeClient, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const [sqs, lambda] = [new SQSClient(defined({ region })), new LambdaClient(defined({ region }))];
  const events = new EventBridgeClient(defined({ region }));
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
          MessageAttributeNames: [...ATTRIBUTES],
        }),
      );
      return messages.map(
        ({
          MessageId: id = '',
          ReceiptHandle: handle = '',
          Body: body = '',
          Attributes: { SentTimestamp } = {},
          MessageAttributes = {},
        }) => ({
          id,
          handle,
          body,
          attributes: defined(
            Object.fromEntries(ATTRIBUTES.map((name) => [name, MessageAttributes[name]?.StringValue])),
          ),
          ...defined({ sentAt: SentTimestamp === undefined ? undefined : Number(SentTimestamp) }),
        }),
      );
    },
    async invoke(FunctionName, payload) {
      await lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: JSON.stringify(payload) }));
    },
    async put(EventBusName, { source: Source, detailType: DetailType, detail }) {
      const entry = { EventBusName, Source, DetailType, Detail: JSON.stringify(detail) };
      taken(await events.send(new PutEventsCommand({ Entries: [entry] })));
    },
    async remove({ handle: ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}
