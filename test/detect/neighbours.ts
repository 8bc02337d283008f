import { jest } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { LocalCanaries } from '../../functions/clients/local/canaries.ts';
import { localDigests } from '../../functions/clients/local/digest-store.ts';
import { LocalDrills } from '../../functions/clients/local/drills.ts';
import { LocalFindingsTable } from '../../functions/clients/local/findings-table.ts';
import type { RejectedRecord } from '../../functions/clients/send/rejected-records.ts';
import type { InvestigationRequest } from '../../functions/contract/investigation.ts';
import type { CentralLogs } from '../../functions/detect/attribution.ts';
import { createHandler } from '../../functions/detect/handler.ts';
import { creation, line, refusal } from './events.ts';

/** The pipeline's neighbours, each of which can fail. */
export function setup(heldPausesMs: readonly number[] = [], central: CentralLogs = {}) {
  const clock = { now: 1_000_000 };
  const table = new LocalFindingsTable(() => clock.now);
  const digests = localDigests(() => clock.now);
  const started: InvestigationRequest[] = [];
  const kept: RejectedRecord[] = [];
  const investigator = { start: jest.fn(async (request: InvestigationRequest) => void started.push(request)) };
  const rejected = { keep: jest.fn(async (record: RejectedRecord) => void kept.push(record)) };
  const canaries = new LocalCanaries();
  const drills = new LocalDrills();
  const handler = createHandler(
    { table, digests, investigator, rejected, canaries, drills },
    { maxUnzippedBytes: 64 * 1024 * 1024, region: 'eu-central-1', heldPausesMs, central },
  );
  return {
    clock,
    table,
    digests,
    started,
    kept,
    investigator,
    rejected,
    drills,
    send: (event: unknown) => handler(event, { functionName: 'detect', awsRequestId: '1' } as Context),
  };
}

/** A creation by Dev. */
export const namespace = (name: string, changes = {}) =>
  line(
    creation({
      objectRef: { resource: 'namespaces', name },
      responseObject: { kind: 'Namespace', metadata: { name, uid: `uid-of-${name}`, resourceVersion: '1' } },
      ...changes,
    }),
  );
export const denied = (at: string, username = 'mallory') =>
  line(refusal(403, { user: { username }, requestReceivedTimestamp: at, objectRef: { resource: 'namespaces' } }));
