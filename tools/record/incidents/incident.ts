/** What an incident is, and what is written down of it. */
import type { Expect } from '../../judge/case.ts';
import type { Identity } from '../exchange.ts';
import type { Scene } from './scene.ts';

/** Something that an investigation ought to find out, and that the script really did. */
export interface Fact {
  /**
   * - `right`: what allowed the creation.
   * - `access-change`: a right given to somebody.
   * - `refusal`: something that was tried and not allowed.
   * - `workload`, `exposure`: something that runs, or can be reached from outside.
   * - `secrets`: secrets were read.
   */
  kind: 'right' | 'access-change' | 'refusal' | 'workload' | 'exposure' | 'secrets';
  /** As `ClusterRoleBinding ci-metrics` or `DaemonSet kube-systern/node-agent`. */
  object: string;
  /** In one sentence. */
  what: string;
  /** What tells a reader that it is bad; none for what is ordinary. */
  signs?: string[];
}

/** The attack's course; the looks lie at the end of `creation` and of `after`. */
export type Phase = 'before' | 'creation' | 'after';
export type Look = 'first' | 'second';

export interface Step {
  /** RFC 3339, by the client's clock, before the request. */
  at: string;
  phase: Phase;
  by: Identity;
  /** Address that the client sent from. */
  from: string;
  does: string;
  /** `POST /api/v1/namespaces`, `kubectl get pods`, `eks:CreateAccessEntry`. */
  request: string;
  /** HTTP status code of the answer. */
  code: number;
  auditID?: string;
  fact?: Fact;
}

export interface Creation {
  namespace: string;
  uid: string;
  /** RFC 3339. */
  createdAt: string;
  auditID: string;
  actor: Identity;
}

/** What was really done: the only source of the truth about an incident. */
export interface GroundTruth {
  name: string;
  title: string;
  story: string;
  kind: 'hostile' | 'benign';
  /** What the alerts ought to say of it; see docs/judgement.md. */
  expect: Expect;
  cluster: { name: string; region: string; account: string };
  kubernetes: string;
  creations: Creation[];
  /** What allowed the creation. */
  right: Fact;
  /** Facts of all steps, by phase. */
  facts: Record<Phase, Fact[]>;
  /** RFC 3339: when the incident began (what is older was there before), and when the looks were taken. */
  begunAt: string;
  looks: Record<Look, string>;
  steps: Step[];
}

export interface Incident {
  /** Of the folder. */
  name: string;
  title: string;
  /** What happens, in three to five sentences. */
  story: string;
  kind: 'hostile' | 'benign';
  /** What the alerts ought to say of it; see docs/judgement.md. */
  expect: Expect;
  right: Fact;
  /**
   * Does it, from what stood before to the second look.
   *
   * @throws when the cluster answers otherwise than the story says
   */
  run(scene: Scene): Promise<void>;
}
