import { containmentClients } from '../clients/containment-clients.ts';
import { Environment } from '../environment.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';
import { CONTAIN_FUNCTION_STEPS } from './steps/index.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  'contain',
  CONTAIN_FUNCTION_STEPS,
  containmentClients(environment),
  readSettings(environment),
);
