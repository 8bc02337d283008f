/**
 * Stands in the bundles for the SDK's search for credentials: Lambda gives a function those of its role as environment variables.
 * Profiles, single sign-on and instance metadata, with the clients that these need, are left out.
 */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = fromEnv;
