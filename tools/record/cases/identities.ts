/** Every kind of identity that can reach the API server. */
import { defined } from '../../../functions/kit/defined.ts';
import type { ActorName } from '../actors.ts';
import type { Case } from './case.ts';

/** Creates by POST and by server-side apply. */
const both = (name: string, who: ActorName): Case => ({
  name,
  run: async ({ as }) => {
    const prefix = `by-${who.toLowerCase()}`;
    await as(who).create({ name: `${prefix}-post` });
    await as(who).apply(`${prefix}-apply`);
  },
});

const as = (user: string, group?: string) => ({
  'Impersonate-User': user,
  ...defined({ 'Impersonate-Group': group || undefined }),
});

export const identityCases: readonly Case[] = [
  both('an IAM role', 'alice'),
  both('another session of it', 'bob'),
  both('an IAM role with a path', 'payments'),
  both('an IAM role with an EKS access policy', 'admin'),
  both('an IAM user', 'deployer'),
  both('a pipeline', 'pipeline'),
  both('an IAM role without an access entry', 'outsider'),
  both('a ServiceAccount', 'gitops'),
  both('a ServiceAccount without rights', 'pod'),
  both('a node', 'node'),
  both('a client certificate', 'carol'),
  both('a client certificate with a hostile name', 'mallory'),
  both('system:masters', 'root'),
  both('anonymous', 'anonymous'),
  both('a bad token', 'badToken'),
  {
    name: 'impersonation, allowed',
    run: async (scene) => {
      await scene.as('support').create({ name: 'as-jane-post' }, { headers: as('jane.doe', 'developers') });
      await scene.as('support').apply('as-jane-apply', {}, { headers: as('jane.doe', 'developers') });
      await scene
        .as('root')
        .create({ name: 'as-account' }, { headers: as('system:serviceaccount:platform:tenant-operator') });
      await scene.as('admin').create({ name: 'as-masters' }, { headers: as('somebody', 'system:masters') });
    },
  },
  {
    name: 'impersonation, refused',
    run: async (scene) => {
      await scene.as('support').create({ name: 'as-system' }, { headers: as('system:admin', 'system:masters') });
      await scene.as('alice').apply('as-root', {}, { headers: as('kubernetes-admin', 'system:masters') });
      const extra = { ...as('jane.doe'), 'Impersonate-Extra-Reason': 'because' };
      await scene.as('support').create({ name: 'as-extra' }, { headers: extra });
    },
  },
  {
    name: 'impersonation of one who may not',
    run: (scene) => scene.as('support').create({ name: 'as-nobody' }, { headers: as('jane.doe') }),
  },
];
