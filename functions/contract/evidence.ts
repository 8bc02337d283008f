/**
 * The details of each check's evidence: what the indicators weigh and the report draws. One interface a check, named like
 * it. Part of the vocabulary, because *investigate* writes and *alert* reads it. A value that is not known is absent.
 * Lists are cut by their writer to what a person can use, with the whole count beside them. Instants are RFC 3339.
 */

/** `namespace`: what the live cluster says. */
export interface NamespaceDetails {
  /**
   * Whether the live API server confirms the finding: the same UID, another one, no such namespace, or one of the same
   * name while the finding holds no UID to compare.
   */
  live: 'confirmed' | 'other-uid' | 'absent' | 'present';
  uid?: string;
  phase?: string;
  createdAt?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  /** Pod Security admission levels by mode: `enforce`, `audit`, `warn`. */
  podSecurity?: Record<string, string>;
  /** Which tools wrote the object, by `managedFields`. */
  managers?: string[];
  /** Objects in it, by kind (`Deployment.apps`), the largest first. */
  inventory?: { kind: string; count: number; complete: boolean }[];
  /** Kinds that could not be listed. */
  notListed?: string[];
  quotas?: { name: string; hard: Record<string, string> }[];
}

/** One thing about a workload that matters. */
export type WorkloadSign =
  | 'privileged'
  | 'host-pid'
  | 'host-network'
  | 'host-ipc'
  | 'host-path'
  | 'host-port'
  | 'dangerous-capability'
  | 'privilege-escalation'
  | 'runs-as-root'
  | 'service-account-token'
  | 'image-by-tag'
  | 'unusual-registry'
  | 'miner-image'
  | 'miner-argument'
  | 'suspicious-command'
  | 'bare-pod'
  | 'control-plane-toleration';

/** `workloads`. */
export interface WorkloadsDetails {
  /** Controllers and bare pods: what a person would act on. At most 50, the most dangerous first. */
  workloads: {
    kind: string;
    name: string;
    createdAt?: string;
    serviceAccount?: string;
    pods: number;
    /** Of all containers, init and ephemeral ones included. */
    images: string[];
    signs: {
      sign: WorkloadSign /** Where and what, in a few words; may hold attacker-chosen text. */;
      detail: string;
    }[];
  }[];
  total: number;
  daemonSets: number;
  cronJobs: number;
  pods: { total: number; running: number };
  /** Images that pods run, by digest where the kubelet told it. At most 50, those of most pods first. */
  images: { image: string; digest?: string; registry: string; pods: number }[];
  /** Pod addresses, for the flow logs. At most 100. */
  podIps: string[];
  /** Kinds that could not be looked at, or not all of them, and why; counts are then lower bounds. */
  missing?: string[];
}

/** `permissions`. */
export interface PermissionsDetails {
  /** The authorizer's reason, taken apart. */
  grantedBy?: {
    kind: 'ClusterRoleBinding' | 'RoleBinding' | 'EKS access policy' | 'group system:masters' | 'other';
    binding?: string;
    role?: string;
    accessPolicyArn?: string;
    /** To whom the binding gives it: `Group "developers"`. */
    subject?: string;
    /** When the binding was made; it says whether the right is new. */
    bindingCreatedAt?: string;
    /** The binding does not exist any more. */
    bindingGone?: boolean;
    /** The role's rule that allows it allows everything. */
    wildcard?: boolean;
  };
  /**
   * What the actor may do now that matters, and by what; `as` where it is what the identity may do that the actor
   * claimed to be. A right that could not be decided is not here but in `unknown`.
   */
  may: { right: string; allowed: boolean; by?: string; as?: 'impersonated' }[];
  /** Rights that could not be decided, each with the reason why. */
  unknown?: string[];
}

/** A write that changed who may do what. */
export interface AccessChange {
  at: string;
  /** `create`, `update`, `patch`, `delete`, or the name of the EKS call. */
  verb: string;
  /** `ClusterRoleBinding`, `ConfigMap aws-auth`, `EKS access entry`, … */
  what: string;
  name?: string;
  namespace?: string;
  /** Who did it: IAM principal or username. */
  by?: string;
  /** What it gives, in a few words: `cluster-admin to ServiceAccount ci/deployer`. May hold attacker-chosen text. */
  gives?: string;
  /** The role referred to is cluster-admin, or one with wildcards as far as it is known. */
  wide?: boolean;
  /** Why it concerns this finding. */
  concerns: ('actor' | 'namespace' | 'by-actor')[];
  /** HTTP code, or the error code of the AWS call. */
  code?: number | string;
  source: 'audit' | 'cloudtrail';
}

/** `access-changes`. At most 50, those that concern the finding first. */
export interface AccessChangesDetails {
  changes: AccessChange[];
  total: number;
  /** Which sources could not be asked, and why. */
  notAsked: { source: 'audit' | 'cloudtrail'; reason: string }[];
}

/** `actor-activity`, in the window before and since. */
export interface ActorActivityDetails {
  from: string;
  total: number;
  /** There were more than were read: counts are lower bounds. */
  more: boolean;
  firstSeen?: string;
  lastSeen?: string;
  byVerb: { verb: string; resource: string; count: number; refused: number }[];
  refusedBefore: number;
  /** Reads of Secrets (`get`, `list`, `watch`). */
  secretsRead: number;
  exec: number;
  impersonations: number;
  tokenRequests: number;
  webhooksChanged: number;
  /** Addresses (the peer's) and user agents, with when each was first seen in the window. */
  addresses: { value: string; firstSeen: string; count: number }[];
  userAgents: { value: string; firstSeen: string; count: number }[];
  namespacesCreated: { name?: string; at: string }[];
}

/** `refused-requests`: everybody's, grouped. */
export interface RefusedRequestsDetails {
  from: string;
  total: number;
  more: boolean;
  groups: {
    actor: string;
    verb: string;
    resource: string;
    code: number;
    count: number;
    lastAt: string;
    isActor: boolean;
  }[];
}

/** `api-server-logs`: lines of the authenticator and the API server that concern the actor or its address. */
export interface ApiServerLogsDetails {
  authenticatorFailures: { at: string; line: string }[];
  apiServerErrors: { at: string; line: string }[];
  total: number;
}

/** `container-logs`: Container Insights. Counts and groups only, never the text of a container's log. */
export interface ContainerLogsDetails {
  groups: { source: 'application' | 'host' | 'dataplane'; present: boolean; lines?: number; more?: boolean }[];
  byPod?: { pod: string; lines: number }[];
}

/** `network`. */
export interface NetworkDetails {
  services: { name: string; type: 'LoadBalancer' | 'NodePort'; ports: string[]; address?: string }[];
  ingresses: { name: string; hosts: string[] }[];
  networkPolicies: { name: string; types: string[] }[];
  flow: {
    status: 'read' | 'in-s3' | 'none' | 'not-checked';
    reason?: string;
    talkers?: { address: string; port: number; bytes: number; rejected: number; outsideVpc: boolean }[];
    /** An Athena query ready to run, where the flow logs are in S3. */
    athena?: string;
  };
  publicEndpoint?: { open: boolean; cidrs: string[] };
}

/** `images`. */
export interface ImagesDetails {
  images: {
    image: string;
    digest?: string;
    status: 'scanned' | 'in-progress' | 'scan-started' | 'not-checked';
    reason?: string;
    bySeverity?: Record<string, number>;
    worst?: { id: string; severity: string; package?: string }[];
  }[];
}

/** `threats`: GuardDuty. */
export interface ThreatsDetails {
  findings: {
    id: string;
    type: string;
    severity: number;
    title: string;
    updatedAt: string;
    concerns: ('namespace' | 'actor' | 'cluster')[];
  }[];
  total: number;
  /** Commands (argument vectors) that start a malware scan of the nodes that its pods run on. */
  malwareScans?: string[][];
}

/**
 * `cluster-weaknesses`: what the cluster's own objects leave open. A binding in a namespace is written
 * `namespace/binding`. At most 50 of each; `totals` has the whole counts. What could not be looked at is absent.
 */
export interface ClusterWeaknessesDetails {
  /** Bindings to anonymous or unauthenticated identities, beyond what Kubernetes ships. */
  anonymousBindings?: { binding: string; role: string }[];
  /** Bindings of wide roles to wide groups. */
  wideBindings?: { binding: string; role: string; subject: string /** What makes the role wide. */; why: string }[];
  /** Rights that default service accounts have. */
  defaultServiceAccountBindings?: { binding: string; role: string; namespace: string }[];
  /** Those of Kubernetes itself left out. */
  namespacesWithoutNetworkPolicy?: string[];
  namespacesWithoutPodSecurity?: string[];
  /** By the names above; and of all namespaces, those of Kubernetes itself left out. */
  totals: {
    namespaces?: number;
    anonymousBindings?: number;
    wideBindings?: number;
    defaultServiceAccountBindings?: number;
    namespacesWithoutNetworkPolicy?: number;
    namespacesWithoutPodSecurity?: number;
  };
  /** Kinds that could not be looked at, or not all of them, and why. */
  missing?: string[];
}

/** `owner`. */
export interface OwnerDetails {
  contacts: { contact: string; why: string }[];
  /** Ready to send. */
  message: string;
}

/** `known-creator`: whether a person has said that this creator makes such namespaces. */
export interface KnownCreatorDetails {
  /** The identity that was looked up. */
  principal: string;
  /** Absent where nobody has said so, or not any more. */
  known?: { namePattern: string; decidedBy: string; decidedAt: string; expiresAt: string; origin: string };
}

/** `principal`: an IAM identity; of others it tells a summary only. */
export interface PrincipalDetails {
  identity: {
    type: string;
    name: string;
    account: string;
    /** Another account than the cluster's; absent where the cluster's is not known. */
    crossAccount?: boolean;
    /** Chosen by whoever assumed the role. */
    sessionName?: string;
    accessKeyId?: string;
    /** By the access key's prefix (IAM identifiers: ASIA temporary, AKIA long-term). */
    credentials?: 'temporary' | 'long-term';
  };
  accessEntry?: {
    /** With the role's path, which the audit log does not hold. */
    principalArn?: string;
    type?: string;
    username?: string;
    kubernetesGroups?: string[];
    createdAt?: string;
    modifiedAt?: string;
  };
  accessPolicies?: {
    policyArn?: string;
    scope?: string;
    namespaces?: string[];
    associatedAt?: string;
    modifiedAt?: string;
  }[];
  /** Looked up where there is no access entry: it tells what else can let the identity in. */
  authenticationMode?: string;
}

/** `cluster-posture`. A value that EKS did not give is absent, and named in `unknown`. */
export interface PostureDetails {
  version?: string;
  status?: string;
  endpointPublicAccess?: boolean;
  endpointPrivateAccess?: boolean;
  publicAccessCidrs?: string[];
  authenticationMode?: string;
  /** Control-plane log types that are on. */
  logTypes?: string[];
  /** The customer's key for secrets. */
  secretsKeyArn?: string;
  weak: string[];
  notes: string[];
  unknown: string[];
}
