/** Patterns as AWS and Kubernetes publish them. The system suite compares them with what is published today. */
export interface PublishedName {
  /** Where it stands: a service and a shape of its API model. */
  service: string;
  shape: string;
  /** As published; it means the whole text. */
  pattern: string;
  min: number;
  max: number;
}

const published = (service: string, shape: string, pattern: string, min: number, max: number): PublishedName => ({
  service,
  shape,
  pattern,
  min,
  max,
});

export const PUBLISHED = {
  cluster: published('eks', 'ClusterName', String.raw`^[0-9A-Za-z][A-Za-z0-9\-_]*`, 1, 100),
  account: published('logs', 'AccountId', String.raw`^\d{12}$`, 12, 12),
  roleName: published('iam', 'roleNameType', String.raw`[\w+=,.@-]+`, 1, 64),
  sessionName: published('sts', 'roleSessionNameType', String.raw`[\w+=,.@-]*`, 2, 64),
  repository: published(
    'ecr',
    'RepositoryName',
    String.raw`[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`,
    2,
    256,
  ),
  logGroup: published('logs', 'LogGroupName', String.raw`[\.\-_/#A-Za-z0-9]+`, 1, 512),
} as const;

/** Lambda's `MasterRegion` without its `ALL`. */
export const LAMBDA_REGION = String.raw`(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}`;

/** k8s.io/apimachinery: as its validation has it, and how long such a name may be. */
export const KUBERNETES = {
  label: { pattern: '[a-z0-9]([-a-z0-9]*[a-z0-9])?', max: 63 },
  subdomain: {
    pattern: String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`,
    max: 253,
  },
  qualifiedPart: {
    pattern: '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]',
    max: 63,
  },
} as const;
