import { defined } from '../../kit/defined.ts';

/** ARNs: of anything in AWS, and of the identities that IAM and STS name. */

export interface Arn {
  /** `aws`, `aws-cn`, … */
  partition: string;
  service: string;
  /** Absent for what is in no Region, as roles. */
  region?: string;
  /** Absent for what belongs to AWS itself or to no account. */
  account?: string;
  /** What stands behind the account, as `cluster/prod` or `role/path/name`. */
  resource: string;
}

const ARN = /^arn:(aws[a-z-]{0,20}):([a-z0-9-]{1,63}):([a-z0-9-]{0,63}):(\d{12}|aws|):(.+)$/s;

/** @returns undefined where the text is not an ARN */
export function parseArn(text: string): Arn | undefined {
  const [, partition, service, region, account, resource] = ARN.exec(text) ?? [];
  if (!partition || !service || !resource) return undefined;
  return {
    partition,
    service,
    ...defined({ region: region || undefined, account: account && account !== 'aws' ? account : undefined }),
    resource,
  };
}

/**
 * An ARN whose resource has only the characters of names in IAM and EKS: it can be shown and put into a command as it is.
 * Role and session names are their owner's choice.
 */
export const PLAIN_ARN =
  /^(?!.*\/\/)arn:aws[a-z-]{0,20}:[a-z0-9-]{1,30}:[a-z0-9-]{0,30}:(?:\d{12}|aws)?:(?:log-group:)?[\w+=,.@/-]{1,600}$/;

/** An IAM principal's ARN taken apart. */
export interface IamPrincipal {
  account: string;
  /** `role`, `user`, `federated-user`, `root`. */
  type: string;
  /** Without path. */
  name: string;
}

/** IAM's `pathType` and names (`[\w+=,.@-]+`), behind the type of the resource. */
const IAM_RESOURCE = /^([a-z-]+)(?:\/(?:[!-~]+\/)?([\w+=,.@-]+))?$/;

/** `arn:aws:iam::111122223333:role/path/name`; undefined for anything else. */
export function parsePrincipal(text: string): IamPrincipal | undefined {
  const { service, account, resource = '' } = parseArn(text) ?? {};
  const [, type, name] = IAM_RESOURCE.exec(resource) ?? [];
  return service === 'iam' && account && type ? { account, type, name: name ?? type } : undefined;
}

/** IAM `roleNameType`: at most 64 characters. */
const ROLE = /^role\/(?:[!-~]+\/)?([\w+=,.@-]{1,64})$/;

/** The name of an IAM role, without its path; undefined where the ARN is not one of a role that IAM could have made. */
export function roleNameOf(text: string): string | undefined {
  const { service, account, resource = '' } = parseArn(text) ?? {};
  return service === 'iam' && account ? ROLE.exec(resource)?.[1] : undefined;
}

/** Whether both are the same role, whatever their paths: the names of an account's roles are unique without them. */
export const isSameRole = (a: IamPrincipal, b: IamPrincipal): boolean =>
  a.type === 'role' && b.type === 'role' && a.account === b.account && a.name === b.name;

/** A session of a role: who called STS AssumeRole chose its name. */
export interface RoleSession {
  account: string;
  role: string;
  session: string;
  /** Of the role, without the path, which STS leaves out. */
  roleArn: string;
}

/** `arn:aws:sts::111122223333:assumed-role/name/session`; undefined for anything else. */
export function parseSession(text: string): RoleSession | undefined {
  const { partition, service, account, resource = '' } = parseArn(text) ?? {};
  const [, role, session] = /^assumed-role\/([^/]+)\/(.+)$/s.exec(resource) ?? [];
  if (service !== 'sts' || !account || !role || !session) return undefined;
  return { account, role, session, roleArn: `arn:${partition}:iam::${account}:role/${role}` };
}

/** The ARN, without its path, of a role or of the role of a session; undefined for anything else. */
export function roleArnOf(text: string): string | undefined {
  const { partition, service, account, resource } = parseArn(text) ?? {};
  const name = resource?.startsWith('role/') ? resource.split('/').at(-1) : undefined;
  return service === 'iam' && account && name
    ? `arn:${partition}:iam::${account}:role/${name}`
    : parseSession(text)?.roleArn;
}
