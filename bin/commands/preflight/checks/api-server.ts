import { APPLY_ROLES, type PreflightCheck, type Row } from '../check.ts';

/** Admission policies are there from this minor version of Kubernetes 1 on. */
export const WITH_POLICIES = 30;

/** Whether the cluster answers, and is new enough. */
export const apiServer: PreflightCheck = {
  name: 'api-server',
  async run({ kubernetes, signal }): Promise<Row[]> {
    const version = await kubernetes.read('/version', signal);
    const { gitVersion, major, minor }: Record<string, unknown> = version ?? {};
    const says = `The API server answers; it is Kubernetes ${gitVersion ?? 'of an unknown version'}.`;
    const number = Number.parseInt(String(minor), 10);
    if (String(major) !== '1' || Number.isNaN(number)) return [{ status: 'attention', says }];
    if (number >= WITH_POLICIES) return [{ status: 'ok', says }];
    return [
      {
        status: 'failed',
        says: `${says} Admission policies need 1.${WITH_POLICIES}: a quarantine would rest on quotas alone, and nothing would hold a stolen identity of ours.`,
        fix: [APPLY_ROLES],
      },
    ];
  },
};
