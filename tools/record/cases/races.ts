/** Several who want the same name at the same time. */
import type { ActorName } from '../actors.ts';
import type { Case } from './case.ts';

const CREATORS: readonly ActorName[] = [
  'alice',
  'bob',
  'pipeline',
  'payments',
  'admin',
  'deployer',
  'gitops',
  'operator',
  'carol',
  'root',
];

export const raceCases: readonly Case[] = [
  {
    name: 'two create the same name',
    run: async ({ as }) => {
      for (let round = 0; round < 5; round++) {
        const name = `race-two-${round}`;
        await Promise.all([as('alice').create({ name }), as('bob').create({ name })]);
      }
    },
  },
  {
    name: 'ten create the same name',
    run: async ({ as }) => {
      for (let round = 0; round < 3; round++)
        await Promise.all(CREATORS.map((who) => as(who).create({ name: `race-ten-${round}` })));
    },
  },
  {
    name: 'ten apply the same name',
    run: async ({ as }) => {
      for (let round = 0; round < 3; round++)
        await Promise.all(CREATORS.map((who) => as(who).apply(`race-apply-${round}`, { labels: { by: who } })));
    },
  },
  {
    name: 'creating and applying the same name',
    run: async ({ as }) => {
      for (let round = 0; round < 3; round++) {
        const name = `race-mixed-${round}`;
        await Promise.all(CREATORS.map((who, index) => (index % 2 ? as(who).apply(name) : as(who).create({ name }))));
      }
    },
  },
  {
    name: 'a burst of different names by one',
    run: ({ as }) =>
      Promise.all(Array.from({ length: 20 }, (_, index) => as('pipeline').create({ name: `burst-${index}` }))),
  },
];
