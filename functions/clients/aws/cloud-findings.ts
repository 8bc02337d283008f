/** One write to the EKS API or IAM that CloudTrail recorded. */
export interface TrailEvent {
  id: string;
  /** RFC 3339. */
  at: string;
  /** `CreateAccessEntry`, `AssociateAccessPolicy`, … */
  name: string;
  source: string;
  /** ARN of who did it; of a role, without the session. */
  actorArn?: string;
  /** `AssumedRole`, `IAMUser`, `WebIdentityUser`, `SAMLUser`, `AWSService`, … */
  actorType?: string;
  /** The user's name as an identity provider gave it, or the service: `repo:shop/deploy:ref:refs/heads/main`. */
  actorName?: string;
  /** The session in which it was done, a name that whoever assumed the role chose. */
  actorSession?: string;
  sourceIp?: string;
  userAgent?: string;
  errorCode?: string;
  /** Request parameters as logged. */
  parameters: Record<string, unknown>;
}

/** What is asked of CloudTrail: events of these names, in a window given in epoch milliseconds. */
export interface TrailQuestion {
  /** Only those that name this resource: `ASIA…`, the access key that an AssumeRole gave out. */
  resource?: string;
  /** `eks.amazonaws.com` */
  eventSource: string;
  names: readonly string[];
  from: number;
  to: number;
  /** How many events at most, the newest. */
  max: number;
}

/** Asks CloudTrail's event history: 90 days of management events, about 15 minutes late, two requests a second. */
export interface Trail {
  /** Newest first; `more` when there were more than `max`. */
  lookUp(question: TrailQuestion, signal: AbortSignal): Promise<{ events: TrailEvent[]; more: boolean }>;
}

/** What is known of an image. */
export interface ImageScan {
  status: 'scanned' | 'in-progress' | 'not-scanned';
  /** Why it was not scanned, or has no whole result, where the registry tells. */
  reason?: string;
  /** RFC 3339. */
  scannedAt?: string;
  bySeverity?: Record<string, number>;
  /** The worst few: id, severity, package. */
  worst?: { id: string; severity: string; package?: string }[];
}

/** An image in a registry of Amazon ECR. */
export interface EcrImage {
  registryId: string;
  region: string;
  repository: string;
  /** `sha256:…` */
  digest: string;
}

/** Amazon ECR, which holds Inspector's findings as well where it scans the registry. */
export interface ImageScans {
  findings(image: EcrImage, signal: AbortSignal): Promise<ImageScan>;
  /** Starts a basic scan. @throws when the registry scans by itself, or the daily quota of the image is used up */
  startScan(image: EcrImage, signal: AbortSignal): Promise<void>;
}

export interface ThreatFinding {
  id: string;
  type: string;
  /** GuardDuty's, 0 to 10. */
  severity: number;
  title: string;
  /** RFC 3339. */
  updatedAt: string;
  /** As far as it names them: of its workload, or of all workloads of an attack sequence. */
  namespaces: string[];
  /** IAM role or user names, or Kubernetes usernames. */
  principals: string[];
  /** An attack sequence: many events that GuardDuty put together. */
  sequence?: boolean;
}

export interface ThreatQuestion {
  clusterName: string;
  /** By which attack sequences name it; without it, they are asked for by the principal alone. */
  clusterArn?: string;
  principalName?: string;
  since: number;
}

/**
 * What the detector looks at. Without it, an empty answer says nothing.
 * - `on`: it reads the audit logs of EKS clusters, at least since the instant given; `runtime`: and what runs on nodes.
 * - `audit-off`: it is on, and does not read them.
 */
export type ThreatWatch =
  | { status: 'on'; since: string; runtime: boolean }
  | { status: 'audit-off' }
  | { status: 'suspended' }
  | { status: 'unknown'; reason: string };

export interface ThreatAnswer {
  detectorId: string;
  /** The newest first. */
  findings: ThreatFinding[];
  /** There were more than were read. */
  more: boolean;
  watch: ThreatWatch;
}

/** Amazon GuardDuty. */
export interface Threats {
  /**
   * Current findings and attack sequences about the cluster, and about an IAM role or user.
   *
   * @param question principalName: the role's or user's name; since: epoch milliseconds
   * @returns undefined where GuardDuty is off in this Region
   */
  findings(question: ThreatQuestion, signal: AbortSignal): Promise<ThreatAnswer | undefined>;
}

/** Where flow logs go, and what a line holds: field names of the VPC user guide, in the order of the line. */
export interface FlowLogDestination {
  kind: 'cloudwatch' | 's3' | 'firehose';
  /** Log group, or ARN of the bucket or delivery stream. */
  name: string;
  fields: string[];
  /** Where it does not hold all traffic: whether only what was accepted or rejected. */
  only?: 'ACCEPT' | 'REJECT';
  /** Why EC2 could not deliver lately. */
  failure?: string;
  /** RFC 3339: nothing older is in it. */
  createdAt?: string;
}

/** The VPC's flow logs. */
export interface FlowLogs {
  /** Of flow logs of the whole VPC that are active; none for those of single subnets or interfaces. */
  destinations(vpcId: string, signal: AbortSignal): Promise<FlowLogDestination[]>;
  /** The VPC's address ranges. */
  cidrs(vpcId: string, signal: AbortSignal): Promise<string[]>;
}
