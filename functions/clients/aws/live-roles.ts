import type { RoleState } from '../../contract/deployment.ts';

/** The roles of IAM as they are. */
export interface LiveRoles {
  /**
   * @param documents ARNs of the managed policies whose content is wanted, where they are attached
   * @returns undefined where there is no such role. @throws where IAM does not say
   */
  describe(name: string, documents: readonly string[], signal: AbortSignal): Promise<RoleState | undefined>;
}
