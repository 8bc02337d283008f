import { SecretValue } from 'aws-cdk-lib';
import { ApiDestination, Authorization, Connection, HttpMethod, HttpParameter } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { HttpsSubscription } from '../../functions/alert/destinations/index.ts';
import { defined } from '../../functions/kit/defined.ts';

/**
 * An HTTPS endpoint that EventBridge sends events to. The template holds a reference to the secret, which CloudFormation resolves
 * when the reference is new; EventBridge keeps the key in a secret of its own.
 */
export class HttpsEndpoint extends Construct {
  readonly destination: ApiDestination;

  constructor(scope: Construct, id: string, { url, key, secret, perSecond }: Omit<HttpsSubscription, 'to' | 'name'>) {
    super(scope, id);
    const { field: jsonField, version: versionId } = secret;
    const value = SecretValue.secretsManager(secret.id, defined({ jsonField, versionId }));
    const connection = new Connection(this, 'Connection', {
      description: 'Namespace Sentinel: the key of an HTTPS endpoint',
      authorization: Authorization.apiKey(key.header, value),
      ...(key.bodyField !== undefined && { bodyParameters: { [key.bodyField]: HttpParameter.fromSecret(value) } }),
    });
    this.destination = new ApiDestination(this, 'Destination', {
      description: 'Namespace Sentinel: an HTTPS endpoint that is told about findings',
      connection,
      endpoint: url,
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: perSecond,
    });
  }
}
