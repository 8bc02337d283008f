import { containmentClients } from '../clients/containment-clients.ts';
import { Environment } from '../environment.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';
import { PROBE_FUNCTION_STEPS } from './steps/probe.ts';

const environment = new Environment(process.env);

/** The entry of the deployed function. */
export const handler = createHandler(
  'probe',
  PROBE_FUNCTION_STEPS,
  containmentClients(environment),
  readSettings(environment),
);
