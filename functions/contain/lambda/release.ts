import { Environment } from '../../kit/environment.ts';
import { RELEASE_FUNCTION_STEPS } from '../release/index.ts';
import { containmentClients } from './clients.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  'release',
  RELEASE_FUNCTION_STEPS,
  containmentClients(environment),
  readSettings(environment),
);
