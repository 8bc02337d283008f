/** What release restores from. */
import * as z from 'zod/mini';
import type { KubernetesObject } from '../../clients/kubernetes/kubernetes.ts';
import { CONTAINMENT_SCHEMA_VERSION, targetSchema } from '../../contract/containment.ts';
import { object, type Read, text } from '../../contract/read.ts';
import { isRecord } from '../../kit/json.ts';

const isObject = (value: unknown): value is KubernetesObject => isRecord(value) && isRecord(value['metadata']);

const snapshotObjectSchema = object({
  /** The plural under which it is served. */
  resource: z.string(),
  object: z.custom<KubernetesObject & { apiVersion: string; kind: string }>(
    (value) => isObject(value) && typeof value.apiVersion === 'string' && typeof value.kind === 'string',
  ),
});
/** An object as it was, with the plural under which it is served. */
export interface SnapshotObject extends Read<typeof snapshotObjectSchema> {}

/** ConfigMaps of a snapshot, which are kept apart. */
export const configMapsSchema = object({ objects: z.array(snapshotObjectSchema) });

/**
 * Nothing in it may be missing or wrong: what cannot be read whole is not restored from. It does not leave *contain*, whose
 * steps and *release* alone read it.
 */
export const snapshotSchema = object({
  schemaVersion: z.literal(CONTAINMENT_SCHEMA_VERSION),
  target: targetSchema,
  /** RFC 3339. */
  takenAt: z.string(),
  /** The execution that took it. */
  execution: z.string(),
  namespace: z.custom<KubernetesObject>(isObject),
  /** In the namespace, all kinds but Secrets, events and what is derived from others. */
  objects: z.array(snapshotObjectSchema),
  /** Bindings elsewhere that name an account or group of this namespace. */
  bindings: z.array(snapshotObjectSchema),
  podIdentity: z.optional(
    z.array(object({ associationId: z.string(), serviceAccount: z.string(), roleArn: text, targetRoleArn: text })),
  ),
  /** Secrets that pods, accounts and Ingresses refer to. */
  secretNames: z.array(z.string()),
  /** Kinds that could not be read, or not all of them, and why: release cannot restore them. */
  notRead: z.array(object({ kind: z.string(), reason: z.string() })),
});
/**
 * The namespace and all that is in it or gives it rights, before anything was changed. Not of one moment: the cluster
 * goes on while it is read. Without what the API server makes by itself (`managedFields`), and without Secrets; of these
 * only the names stand here that something refers to.
 */
export interface Snapshot extends Read<typeof snapshotSchema> {}
