/** The part of the network check that asks for traffic. */

import type { FlowLogDestination, FlowLogs } from '../../clients/aws/cloud-findings.ts';
import type { Written } from '../../contract/read.ts';
import * as field from '../../contract/read.ts';
import { defined } from '../../kit/defined.ts';
import type { CheckContext } from '../check.ts';
import { athenaQuery, missingFields, talkersOf } from './flow-records.ts';
import { askLogs, requestedOrNow } from './log-questions.ts';
import { answerPart } from './part.ts';
import { type TrafficSign, trafficSigns } from './traffic-signs.ts';

export const flow = field.part({
  status: field.word<'read' | 'in-s3' | 'none' | 'not-checked'>(),
  reason: field.optional(field.text),
  talkers: field.optional(
    field.list(
      field.object({
        address: field.text,
        port: field.number,
        bytes: field.number,
        rejected: field.number,
        outsideVpc: field.flag,
      }),
    ),
  ),
  /** What the records give away, by all peers. */
  signs: field.optional(
    field.list(field.object({ sign: field.word<TrafficSign>(), peers: field.number, addresses: field.texts })),
  ),
  /** An Athena query ready to run, where the flow logs are in S3. */
  athena: field.optional(field.text),
});
type Flow = Written<typeof flow>;

const MAX_RECORDS = 10_000;
const MAX_TALKERS = 20;
/** More would make the query too long. */
const MAX_PODS = 40;
const LIMIT_MS = 17_000;

/** Where nothing can talk, there is nothing to ask. */
export const NO_ADDRESS = 'no pod has an address of its own';

/** @returns what the flow logs say, and until when they are complete (epoch milliseconds) */
export async function flowOf(
  context: CheckContext,
  vpcId: string | undefined,
  podIps: readonly string[],
): Promise<{ flow: Flow; completeUntil?: number }> {
  const { flowLogs } = context.clients;
  if (podIps.length === 0) return unread(NO_ADDRESS);
  if (!flowLogs) return unread('flow logs cannot be asked for here');
  if (!vpcId) return unread('it is not known which VPC the cluster is in');
  const { value, missing } = await answerPart('flow logs', LIMIT_MS, context.signal, (signal) =>
    read({ ...context, signal }, flowLogs, vpcId, podIps),
  );
  return missing === undefined ? value : unread(missing);
}

const unread = (reason: string): { flow: Flow } => ({ flow: { status: 'not-checked', reason } });

async function read(context: CheckContext, flowLogs: FlowLogs, vpcId: string, podIps: readonly string[]) {
  const destinations = await flowLogs.destinations(vpcId, context.signal);
  const inCloudWatch = destinations.filter(({ kind }) => kind === 'cloudwatch');
  const complete = inCloudWatch.filter(({ fields }) => missingFields(fields).length === 0);
  const usable = complete.find(({ failure }) => failure === undefined);
  const bucket = destinations.find(({ kind }) => kind === 's3');
  if (usable) return readRecords(context, flowLogs, vpcId, usable, podIps);
  if (bucket) {
    const athena = athenaQuery(podIps.slice(0, MAX_PODS), requestedOrNow(context));
    return { flow: { status: 'in-s3', reason: `they are in ${bucket.name}`, athena } satisfies Flow };
  }
  const [failing] = complete;
  if (failing?.failure !== undefined) return unread(`the flow log cannot be delivered: ${failing.failure}`);
  const [other] = inCloudWatch;
  if (other) return unread(`the flow log lacks the fields ${missingFields(other.fields).join(', ')}`);
  if (destinations.length > 0) return unread('the flow logs go to a delivery stream');
  return { flow: { status: 'none', reason: 'the VPC has no flow log' } satisfies Flow };
}

async function readRecords(
  context: CheckContext,
  flowLogs: FlowLogs,
  vpcId: string,
  { name, fields, only, createdAt }: FlowLogDestination,
  podIps: readonly string[],
): Promise<{ flow: Flow; completeUntil: number }> {
  const asked = podIps.slice(0, MAX_PODS);
  const where = { any: asked.map((has) => ({ field: '@message', has })) };
  const [answer, cidrs] = await Promise.all([
    askLogs(context, 'flow', where, { limit: MAX_RECORDS, since: 'request', logGroup: name }),
    flowLogs.cidrs(vpcId, context.signal),
  ]);
  const talkers = talkersOf(answer.entries, fields, asked, cidrs);
  const partly = [
    ...(asked.length < podIps.length ? [`only ${asked.length} of ${podIps.length} pods were asked for`] : []),
    ...(answer.more ? ['only the newest records were read'] : []),
    ...(only ? [`the flow log holds only what was ${only === 'ACCEPT' ? 'accepted' : 'rejected'}`] : []),
    ...(Date.parse(createdAt ?? '') > requestedOrNow(context) ? ['the flow log is younger than the request'] : []),
  ];
  return {
    flow: {
      status: 'read',
      ...defined({ reason: partly.length > 0 ? partly.join('; ') : undefined }),
      talkers: talkers.slice(0, MAX_TALKERS).map(({ rejectedOut: _, outgoing: _sent, ...talker }) => talker),
      signs: trafficSigns(talkers),
    },
    completeUntil: answer.completeUntil,
  };
}
