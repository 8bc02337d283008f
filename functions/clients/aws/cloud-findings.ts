/** One write to the EKS API or IAM that CloudTrail recorded. */
export interface TrailEvent {
  id: string;
  /** RFC 3339. */
  at: string;
  /** `CreateAccessEntry`, `AssociateAccessPolicy`, … */
  name: string;
  source: string;
  /** ARN of who did it. */
  actorArn?: string;
  sourceIp?: string;
  userAgent?: string;
  errorCode?: string;
  /** Request parameters as logged. */
  parameters: Record<string, unknown>;
}

/** What is asked of CloudTrail: events of these names, in a window given in epoch milliseconds. */
export interface TrailQuestion {
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
  /** Why it was not scanned, where the registry tells. */
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
  /** As far as it names them. */
  namespace?: string;
  /** IAM role or user name, or Kubernetes username. */
  principal?: string;
}

export interface ThreatQuestion {
  clusterName: string;
  principalName?: string;
  since: number;
}

/** Amazon GuardDuty. */
export interface Threats {
  /**
   * Current findings about the cluster, and about the access keys of an IAM role or user, the newest first; `more` when
   * there were more than were read.
   *
   * @param question principalName: the role's or user's name; since: epoch milliseconds
   * @returns undefined where GuardDuty is off in this Region
   */
  findings(
    question: ThreatQuestion,
    signal: AbortSignal,
  ): Promise<{ detectorId: string; findings: ThreatFinding[]; more: boolean } | undefined>;
}

/** Where flow logs go, and what a line holds: field names of the VPC user guide, in the order of the line. */
export interface FlowLogDestination {
  kind: 'cloudwatch' | 's3' | 'firehose';
  /** Log group, or ARN of the bucket or delivery stream. */
  name: string;
  fields: string[];
}

/** The VPC's flow logs. */
export interface FlowLogs {
  /** Of flow logs of the whole VPC that are active; none for those of single subnets or interfaces. */
  destinations(vpcId: string, signal: AbortSignal): Promise<FlowLogDestination[]>;
  /** The VPC's address ranges. */
  cidrs(vpcId: string, signal: AbortSignal): Promise<string[]>;
}
