/** An IAM principal's ARN taken apart. */
export interface IamPrincipal {
  account: string;
  /** `role`, `user`, `federated-user`, `root`. */
  type: string;
  /** Without path. */
  name: string;
}

/** `arn:aws:iam::111122223333:role/path/name`; undefined for anything else. */
export function parsePrincipal(arn: string): IamPrincipal | undefined {
  const [, account, type, name] =
    /^arn:aws[a-z-]*:iam::(\d{12}):([a-z-]+)(?:\/(?:[!-~]+\/)?([\w+=,.@-]+))?$/.exec(arn) ?? [];
  return account && type ? { account, type, name: name ?? type } : undefined;
}

/** Whether both are the same role, whatever their paths: the names of an account's roles are unique without them. */
export const isSameRole = (a: IamPrincipal, b: IamPrincipal): boolean =>
  a.type === 'role' && b.type === 'role' && a.account === b.account && a.name === b.name;
