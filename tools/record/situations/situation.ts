/** A situation: a short course of requests to a real API server, as a table says it. */
import type { ThreatFinding } from '../../../functions/clients/aws/cloud-findings.ts';
import type { Expect, Settings } from '../../judge/case.ts';

/** Who acts; see `cast.ts`. */
export type Who =
  | { role: string; session?: string; groups?: string[]; policy?: string }
  | { account: string; rights?: object[]; clusterRole?: string }
  | { certificate: string; groups?: string[] }
  | 'anonymous';

export interface Person {
  who: Who;
  /** The API server logs loopback addresses; the recording shows this one in their place. */
  address: string;
  userAgent: string;
  /** What EKS adds to the user of its own components; nobody here can have it issued, so the recording adds it. */
  canonicalArn?: string;
}

export interface Act {
  by: Person;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The status code that has to come, or any of several. */
  code: readonly number[];
  /** So often, in a row. */
  times?: number;
}

export interface Situation {
  name: string;
  kind: 'hostile' | 'benign';
  /** In one to three sentences. */
  story: string;
  expect: Expect;
  settings?: Settings;
  /** What GuardDuty has found by the first look. Simulated. */
  threats?: Omit<ThreatFinding, 'updatedAt'>[];
  /** What has stood in the cluster for long. */
  standing?: object[];
  /** What the people of the story do on any day, and what leads to the creation. */
  before?: Act[];
  /** Up to the creation, and what is there when the alert is investigated. */
  creation: Act[];
  /** Until the second look. */
  after?: Act[];
}
