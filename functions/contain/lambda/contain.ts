import { Environment } from '../../kit/environment.ts';
import { CONTAIN_FUNCTION_STEPS } from '../steps/index.ts';
import { containmentClients } from './clients.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  'contain',
  CONTAIN_FUNCTION_STEPS,
  containmentClients(environment),
  readSettings(environment),
);
