import { containmentClients } from '../clients/containment-clients.ts';
import { Environment } from '../environment.ts';
import { createHandler } from './handler.ts';
import { RELEASE_FUNCTION_STEPS } from './release/index.ts';
import { readSettings } from './settings.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  'release',
  RELEASE_FUNCTION_STEPS,
  containmentClients(environment),
  readSettings(environment),
);
