/** Creations that the API server cannot write to its audit log. */
import { APPLY } from '../truth.ts';
import type { Case } from './case.ts';

const yaml = (name: string) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`;

export const lostCases: readonly Case[] = [
  {
    /**
     * The audit event carries the body as if it were JSON, and cannot be encoded (kubernetes/kubernetes#110671, fixed
     * after 1.36 by #139419). kubectl and Flux send JSON under this media type; curl sends what its user wrote.
     */
    name: 'server-side apply of YAML',
    run: async ({ as }) => {
      const headers = { 'content-type': APPLY };
      await as('alice').apply('lost-yaml', {}, { body: yaml('lost-yaml'), headers, asked: 'lost-yaml' });
      await as('alice').apply('lost-yaml', {}, { body: yaml('lost-yaml'), headers, asked: 'lost-yaml' });
      await as('alice').apply('refused-forbidden-yaml', {}, { body: yaml('refused-forbidden-yaml'), headers });
      // refused before the body is read
      await as('viewer').apply('refused-yaml', {}, { body: yaml('refused-yaml'), headers });
    },
  },
];
