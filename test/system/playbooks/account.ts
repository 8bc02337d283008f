/** What people see and do in the account where the playbooks run: executions, messages, evidence, the findings table. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  paginateGetExecutionHistory,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Alert } from '../../../functions/contract/alert.ts';
import type { FollowUp } from '../../../functions/contract/follow-up.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import type { Stack } from '../../../tools/twin/stack.ts';
import type { AwsCredentials } from '../../../tools/twin/token.ts';

type PlaybookName = 'Contain' | 'Release' | 'Decide';

/** How an execution ended. */
export type Ended = Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'> & {
  arn: string;
  output: Record<string, unknown>;
};

/** An alert about a finding, or what is told under its id later. */
type Message = Partial<Alert> & Partial<Omit<FollowUp, keyof Alert>>;

/** What tells one message from the others where one is missed. */
const brief = ({ id, finding, assessment }: Message): string =>
  [id, finding?.outcome, finding?.namespace.name, finding?.source.kind, assessment?.severity]
    .filter((each) => each !== undefined)
    .join(' ');

export class Account {
  readonly #stack: Stack;
  readonly #root: SFNClient;
  readonly #messages: Message[] = [];

  constructor(stack: Stack) {
    this.#stack = stack;
    this.#root = new SFNClient(clientSettings(stack.emulator));
  }

  output(name: string): string {
    const value = this.#stack.deployment.outputs[name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  }

  /** Keys of somebody who has this policy of the stack, and nothing else. */
  async keys(name: string, policy: 'Starter' | 'Approver'): Promise<AwsCredentials> {
    const iam = new IAMClient(clientSettings(this.#stack.emulator));
    await iam.send(new CreateUserCommand({ UserName: name }));
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: this.output(`${policy}PolicyArn`) }));
    const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
    return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  }

  /** Somebody with these keys. */
  async person(name: string, policy: 'Starter' | 'Approver'): Promise<SFNClient> {
    const credentials = await this.keys(name, policy);
    return new SFNClient({ ...clientSettings(this.#stack.emulator), credentials });
  }

  /** @returns the ARN of the execution */
  async start(who: SFNClient, playbook: PlaybookName, input: unknown, name?: string): Promise<string> {
    const stateMachineArn = this.output(`${playbook}PlaybookArn`);
    const command = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), ...(name && { name }) });
    return (await who.send(command)).executionArn ?? '';
  }

  look(executionArn: string): Promise<DescribeExecutionCommandOutput> {
    return this.#root.send(new DescribeExecutionCommand({ executionArn }));
  }

  async ended(arn: string, timeoutMs = 90_000): Promise<Ended> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { status, error, cause, output } = await this.look(arn);
      if (status !== 'RUNNING') return { arn, status, error, cause, output: JSON.parse(output ?? '{}') };
      if (Date.now() > end) throw new Error(`${arn} has not ended; it passed ${(await this.states(arn)).join(', ')}`);
      await sleep(200);
    }
  }

  async run(who: SFNClient, playbook: PlaybookName, input: unknown): Promise<Ended> {
    return this.ended(await this.start(who, playbook, input));
  }

  /** The states that an execution has entered so far. */
  async states(arn: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { events = [] } of paginateGetExecutionHistory({ client: this.#root }, { executionArn: arn }))
      names.push(...events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []));
    return names;
  }

  async entered(arn: string, state: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!(await this.states(arn)).includes(state)) {
      if (Date.now() > end) throw new Error(`${arn} does not come to ${state}`);
      await sleep(50);
    }
  }

  /** The first message in the queue behind SNS that is such a one, as soon as it is there. */
  async message(what: string, is: (message: Message) => boolean | undefined, timeoutMs = 60_000): Promise<Message> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = this.#messages.find(is);
      if (found) return found;
      if (Date.now() > end) throw new Error(`no message: ${what}\n${await this.#told()}`);
      this.#messages.push(...(await this.#stack.alerts.receive()).map(({ alert }) => alert as Message));
    }
  }

  /** What was told instead of a message that is missed, and what functions said that went wrong. */
  async #told(): Promise<string> {
    const wrong = (await this.logs()).filter((line) => /"level":"(?:ERROR|WARN)"|Task timed out|Runtime\./.test(line));
    return [...this.#messages.map((message) => `told: ${brief(message)}`), ...wrong.slice(-20)].join('\n');
  }

  /** Takes in what is told, until nothing came for so long. */
  async settle(quietMs: number): Promise<void> {
    for (let last = Date.now(); Date.now() - last < quietMs; ) {
      const some = await this.#stack.alerts.receive();
      this.#messages.push(...some.map(({ alert }) => alert as Message));
      if (some.length > 0) last = Date.now();
    }
  }

  /** What was told so far. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** Everything in the bucket by its key; what is packed, unpacked. */
  async evidence(prefix = ''): Promise<Map<string, Buffer>> {
    const client = new S3Client({ ...clientSettings(this.#stack.emulator), forcePathStyle: true });
    const Bucket = this.output('EvidenceBucketName');
    const files = new Map<string, Buffer>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix }))
      for (const { Key = '' } of Contents) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        files.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
      }
    return files;
  }

  /** What the functions have logged, and the cluster. */
  async logs(): Promise<string[]> {
    const client = new CloudWatchLogsClient(clientSettings(this.#stack.emulator));
    const lines: string[] = [];
    for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
      for (const { logGroupName } of logGroups)
        for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName }))
          lines.push(...events.map(({ message = '' }) => message));
    return lines;
  }

  /** The items of the findings table by their id. */
  async items(): Promise<Map<string, Record<string, AttributeValue>>> {
    const client = new DynamoDBClient(clientSettings(this.#stack.emulator));
    const pages = paginateScan({ client }, { TableName: this.output('FindingsTableName'), ConsistentRead: true });
    const Items: Record<string, AttributeValue>[] = [];
    for await (const page of pages) Items.push(...(page.Items ?? []));
    return new Map(Items.map((item) => [item['id']?.S ?? '', item]));
  }
}

/** A file as text, whatever it is packed in. */
export const unpacked = (key: string, body: Buffer): string =>
  (key.endsWith('.gz') ? gunzipSync(body) : body).toString();

/** What a list of hashes says that is not so: files that are missing or differ. */
export function wrongHashes(list: string, files: ReadonlyMap<string, Buffer>): string[] {
  return list.split('\n').flatMap((line) => {
    const [, hash, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (path === undefined) return line === '' ? [] : [line];
    const body = files.get(path);
    return body && createHash('sha256').update(body).digest('hex') === hash ? [] : [path];
  });
}
