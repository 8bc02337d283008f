import { EKSClient } from '@aws-sdk/client-eks';
import { AwsEks } from '../clients/aws-eks.ts';
import { Environment } from '../environment.ts';
import { createHandler } from './handler.ts';
import { readSettings } from './settings.ts';

/** The entry of the deployed function. */
export const handler = createHandler({ eks: new AwsEks(new EKSClient()) }, readSettings(new Environment(process.env)));
