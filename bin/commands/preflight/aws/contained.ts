import { GetObjectTaggingCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import { EVIDENCE, RELEASED_TAG } from '../../../../functions/contract/evidence-keys.ts';
import { object, readJson, text } from '../../../../functions/contract/read.ts';
import { inParallel } from '../../../../functions/kit/in-parallel.ts';
import type { AwsContext, IamAction } from './check.ts';
import { perView } from './per-view.ts';

/** A namespace that was contained, and is not released as far as the evidence bucket knows. */
export interface Contained {
  cluster: string;
  uid: string;
  /** Its name; absent where no execution that knows it is kept any more (90 days). */
  namespace?: string;
}

/** What asking for them calls. */
export const CONTAINED_NEEDS: readonly IamAction[] = [
  'cloudformation:DescribeStacks',
  's3:GetObjectTagging',
  's3:ListBucket',
  'states:DescribeExecution',
];

/** The first snapshot of a namespace since it was released last: `snapshots/<account>/<region>/<cluster>/<uid>/snapshot-2.json.gz`. */
const FIRST_SNAPSHOT = /^[^/]+\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/snapshot(?:-(\d+))?\.json\.gz$/;
/** The execution that left a file: `containment/…/<uid>/runs/<machine>/<execution>/…`. */
const RUN = /\/runs\/([^/]+)\/([^/]+)\//;
const AT_ONCE = 8;

/**
 * The namespaces of this account and Region that are contained, by the evidence bucket: their snapshot has no tag that says that it
 * is needed no longer. One that was deleted instead of released is among them until somebody sets the tag. Empty where there is no
 * stack.
 */
export const containedNamespaces = perView(async (context): Promise<Contained[]> => {
  const bucket = (await context.view.outputs())?.get('EvidenceBucketName');
  return bucket === undefined ? [] : containedIn(context, bucket);
});

/** As {@link containedNamespaces}, of a bucket that the stack may have left behind. */
export async function containedIn(context: AwsContext, bucket: string): Promise<Contained[]> {
  const latest = new Map<string, { key: string; number: number; cluster: string; uid: string }>();
  for (const key of await keysBelow(context, bucket, `${EVIDENCE.snapshots}/`)) {
    const [, account, region, cluster = '', uid = '', count = '1'] = FIRST_SNAPSHOT.exec(key) ?? [];
    if (account !== context.account || region !== context.region) continue;
    const number = Number(count);
    const known = latest.get(`${cluster}/${uid}`);
    if (!known || known.number < number) latest.set(`${cluster}/${uid}`, { key, number, cluster, uid });
  }
  const found = await inParallel([...latest.values()], AT_ONCE, async ({ key, cluster, uid }) => {
    if (await isReleased(context, bucket, key)) return [];
    const namespace = await nameOf(context, bucket, `${cluster}/${uid}`);
    return [{ cluster, uid, ...(namespace !== undefined && { namespace }) }];
  });
  return found.flat();
}

async function keysBelow(
  { view: { clients }, signal }: AwsContext,
  bucket: string,
  prefix: string,
  most = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const keys: string[] = [];
  const pages = paginateListObjectsV2(
    { client: clients.s3 },
    { Bucket: bucket, Prefix: prefix },
    { abortSignal: signal },
  );
  for await (const { Contents = [] } of pages) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
    if (keys.length >= most) break;
  }
  return keys;
}

async function isReleased({ view: { clients }, signal }: AwsContext, bucket: string, key: string): Promise<boolean> {
  const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key });
  const { TagSet = [] } = await clients.s3.send(command, { abortSignal: signal });
  return TagSet.some(({ Key, Value }) => Key === RELEASED_TAG.Key && Value === RELEASED_TAG.Value);
}

/** The name, from the input of an execution that worked on it: keys of the bucket hold UIDs alone. */
async function nameOf(context: AwsContext, bucket: string, place: string): Promise<string | undefined> {
  const { account, region, partition, view, signal } = context;
  const prefix = `${EVIDENCE.runs}/${account}/${region}/${place}/runs/`;
  const [, machine, execution] = RUN.exec((await keysBelow(context, bucket, prefix, 1))[0] ?? '') ?? [];
  if (machine === undefined) return undefined;
  const executionArn = `arn:${partition}:states:${region}:${account}:execution:${machine}:${execution}`;
  try {
    const { input = '' } = await view.clients.sfn.send(new DescribeExecutionCommand({ executionArn }), {
      abortSignal: signal,
    });
    return namespaceIn(input);
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

const inputSchema = object({ namespace: text });

/** The namespace that the input of a playbook names; undefined where it names none. */
function namespaceIn(input: string): string | undefined {
  try {
    return readJson(inputSchema, input, 'input of an execution').namespace;
  } catch {
    // Whoever may start a playbook may give it any input.
    return undefined;
  }
}

/** How a person calls it: `payments (UID …)`. */
export const inWords = ({ namespace, uid }: Contained): string =>
  namespace === undefined ? `the namespace with the UID ${uid}` : `${namespace} (UID ${uid})`;
