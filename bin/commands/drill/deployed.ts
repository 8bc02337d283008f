/** A deployment, as a drill asks it: its outputs, log, table, stored alerts and topics. */

import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DESTINATIONS } from '../../../functions/alert/destinations/index.ts';
import { S3FindingRecords } from '../../../functions/clients/bucket/s3-finding-records.ts';
import { DynamoDrills } from '../../../functions/clients/table/dynamo-drills.ts';
import { readItem } from '../../../functions/clients/table/read-item.ts';
import type { Cluster } from '../../../functions/contract/finding.ts';
import { findingSchema } from '../../../functions/contract/finding.ts';
import { readJson } from '../../../functions/contract/read.ts';
import { defined } from '../../../functions/kit/defined.ts';
import { isRecord, parseJson } from '../../../functions/kit/json.ts';
import { controlPlaneLogGroup } from '../../../functions/kubernetes/names/aws.ts';
import { InputError } from '../../input/input.ts';
import type { AwsClients } from '../preflight/aws/clients.ts';
import type { DrillChain, FindingTrace } from './chain.ts';
import type { Deployed } from './course.ts';
import { SnsTopicView } from './topic-view.ts';

type Outputs = ReadonlyMap<string, string>;

/** @throws {InputError} where the stack lacks it */
export function outputOf(outputs: Outputs, name: string): string {
  const value = outputs.get(name);
  if (value === undefined)
    throw new InputError(
      `the stack has no output ${name}: deploy this version of Namespace Sentinel, or give another one with --stack`,
    );
  return value;
}

/** The clusters that the stack watches. */
export function clustersOf(outputs: Outputs): string[] {
  const filters = parseJson(outputs.get('SubscriptionFilters') ?? '');
  return isRecord(filters) ? Object.keys(filters) : [];
}

/** @param cluster with its Region and account, as its findings name it */
export function deployedWay(clients: AwsClients, outputs: Outputs, cluster: Cluster): Deployed {
  const table = outputOf(outputs, 'FindingsTableName');
  return {
    drills: new DynamoDrills(clients.dynamodb, table),
    chain: new AwsDrillChain(clients, { table, bucket: outputOf(outputs, 'EvidenceBucketName') }, cluster),
    destinations: DESTINATIONS.flatMap(({ id, transport }) => {
      const arn = outputs.get(`${transport.name}${transport.kind === 'sns' ? 'Topic' : 'Bus'}Arn`);
      if (arn === undefined) return [];
      return [{ id, ...(transport.kind === 'sns' && { topic: new SnsTopicView(clients, id, arn) }) }];
    }),
  };
}

class AwsDrillChain implements DrillChain {
  readonly #clients: AwsClients;
  readonly #places: { table: string; bucket: string };
  readonly #cluster: Cluster;

  constructor(clients: AwsClients, places: { table: string; bucket: string }, cluster: Cluster) {
    this.#clients = clients;
    this.#places = places;
    this.#cluster = cluster;
  }

  async logged(namespace: string, from: number, signal: AbortSignal): Promise<number | undefined> {
    const question = {
      logGroupName: controlPlaneLogGroup(this.#cluster.name ?? ''),
      logStreamNamePrefix: 'kube-apiserver-audit',
      startTime: from,
      filterPattern: `{ $.verb = "create" && $.objectRef.resource = "namespaces" && $.objectRef.name = "${namespace}" }`,
    };
    let nextToken: string | undefined;
    do {
      const answer = await this.#clients.logs.send(
        new FilterLogEventsCommand({ ...question, ...defined({ nextToken }) }),
        { abortSignal: signal },
      );
      const [event] = answer.events ?? [];
      if (event) return event.ingestionTime ?? event.timestamp;
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return undefined;
  }

  async trace(findingId: string, signal: AbortSignal): Promise<FindingTrace | undefined> {
    signal.throwIfAborted();
    const item = await readItem(this.#clients.dynamodb, this.#places.table, findingId);
    if (item?.['state'] === undefined) return undefined;
    // The alert of --alert-only has no finding in the table.
    const { drill } =
      item['finding'] === undefined ? {} : readJson(findingSchema, String(item['finding']), 'finding in the table');
    const claimedAt = Number(item['claimedAt']);
    return {
      state: String(item['state']),
      delivered: [...(item['delivered'] ?? [])],
      receipts: [...(item['receipts'] ?? [])].flatMap((text: unknown) => {
        const [destination, at, messageId] = String(text).split(' ');
        return destination && at && messageId ? [{ destination, at, messageId }] : [];
      }),
      ...defined({ claimedAt: Number.isNaN(claimedAt) ? undefined : claimedAt, drill }),
    };
  }

  async alert(findingId: string, signal: AbortSignal) {
    signal.throwIfAborted();
    return new S3FindingRecords(this.#clients.s3, this.#places.bucket).alert(findingId, this.#cluster);
  }
}
