/**
 * Forwards the API server's audit log to the cluster's log group as it grows, as EKS does: a program of its own.
 *
 * Delivery is at least once: the position is written down after each request that was accepted, so a forwarder that dies
 * in between and is started again sends those lines a second time. CloudWatch Logs may deliver twice as well.
 *
 * Settings come as JSON in WIRE; AWS credentials and the endpoint from the environment.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { batches, cutLine, timestampOf } from './batches.ts';
import { AuditTail, type Position } from './tail.ts';

export interface WireSettings {
  auditLog: string;
  logGroup: string;
  /** Where the position is kept. */
  state: string;
  /** Longer lines are cut. */
  maxLineBytes: number;
  /** How long to wait when there is nothing new. */
  everyMs: number;
}

/** Lines are read and sent in portions, so that memory does not grow with a backlog. */
const PORTION_BYTES = 8 << 20;

async function forward({ auditLog, logGroup, state, maxLineBytes, everyMs }: WireSettings): Promise<never> {
  const logs = new CloudWatchLogsClient({ maxAttempts: 10 });
  const logStreamName = `kube-apiserver-audit-${randomBytes(16).toString('hex')}`;
  await logs.send(new CreateLogStreamCommand({ logGroupName: logGroup, logStreamName }));
  const tail = new AuditTail(auditLog, startFrom(state));
  console.log(`forwarding ${auditLog} to ${logGroup} ${logStreamName}`);
  for (;;) {
    const lines = tail.lines(PORTION_BYTES);
    const now = Date.now();
    const events = lines.map((line) => ({ timestamp: timestampOf(line, now), message: cutLine(line, maxLineBytes) }));
    for (const logEvents of batches(events)) {
      const answer = await logs.send(new PutLogEventsCommand({ logGroupName: logGroup, logStreamName, logEvents }));
      if (answer.rejectedLogEventsInfo) throw new Error(`rejected: ${JSON.stringify(answer.rejectedLogEventsInfo)}`);
    }
    if (lines.length > 0) keep(state, tail.position);
    else await sleep(everyMs);
  }
}

function startFrom(state: string): Position | undefined {
  try {
    return JSON.parse(readFileSync(state, 'utf8'));
  } catch {
    return undefined; // the first start
  }
}

function keep(state: string, position: Position | undefined): void {
  writeFileSync(`${state}.new`, JSON.stringify(position));
  renameSync(`${state}.new`, state);
}

await forward(JSON.parse(process.env.WIRE ?? ''));
