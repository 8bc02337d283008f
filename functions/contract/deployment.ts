/**
 * What the deployment wrote down of itself, for *watch* to compare with: CloudFormation keeps it as metadata of a resource of the
 * stack, with every reference resolved, and only a change of the stack changes it.
 */
import * as z from 'zod/mini';
import { parseJson } from '../kit/json.ts';

/** The key of the metadata. */
export const DEPLOYMENT_METADATA = 'NamespaceSentinel';

/** A policy of IAM, as JSON. */
const documentSchema = z.record(z.string(), z.unknown());

const roleStateSchema = z.object({
  name: z.string(),
  /** Who may assume it. */
  trust: documentSchema,
  /** Inline policies by their names. */
  inline: z.record(z.string(), documentSchema),
  /** Managed policies of the stack itself, with what they say. */
  managed: z.array(z.object({ arn: z.string(), document: documentSchema })),
  /** ARNs of all managed policies that are attached, those of the stack among them. */
  attached: z.array(z.string()),
  /** ARN of the permissions boundary. */
  boundary: z.optional(z.string()),
});

export const deploymentSchema = z.object({
  /** Each as JSON text. */
  roles: z.array(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => parseJson(text)),
      ),
      roleStateSchema,
    ),
  ),
  /** Who is to be subscribed, by topic, and with which filter policies (JSON text); who has none gets every message. */
  subscribers: z.array(
    z.object({
      topic: z.string(),
      who: z.array(z.string()),
      policies: z.array(z.object({ who: z.string(), policy: z.string() })),
    }),
  ),
});

export type PolicyDocument = z.infer<typeof documentSchema>;
/** What a role may do and who may assume it: as it was deployed, or as it is. */
export type RoleState = z.infer<typeof roleStateSchema>;
export type Deployment = z.infer<typeof deploymentSchema>;
