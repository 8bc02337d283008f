import { DescribeSecretCommand, ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { deployedDestinations } from '../../../../../functions/alert/destinations/index.ts';
import type { Answer, AwsCheck, AwsContext } from '../check.ts';
import { unanswered } from '../unanswered.ts';

const NEEDS = ['secretsmanager:DescribeSecret'] as const;

/** The secret of an HTTPS endpoint, and the key of the configuration that names it. */
interface Named {
  key: string;
  id: string;
  version?: string;
}

/**
 * Whether the secret of each HTTPS endpoint is there, in the version that is named. What it holds is not read: nobody who looks after a
 * deployment needs that right.
 */
export const secrets: AwsCheck = {
  id: 'secrets',
  question: 'Is the secret of each HTTPS endpoint there?',
  needs: NEEDS,
  when: 'both',
  stopsDeployment: true,
  fix: 'put the key into a secret of that name in this account and Region (docs/integrations.md has the command), or name another one',
  run: (context) => Promise.all(secretsIn(context).map((secret) => answerTo(secret, context))),
};

const secretsIn = ({ config }: AwsContext): Named[] =>
  deployedDestinations(config).flatMap(({ destination, subscriptions }) =>
    subscriptions.flatMap((each) => (each.to === 'https' ? [{ key: destination.config.key, ...each.secret }] : [])),
  );

async function answerTo({ key, id, version }: Named, { view, signal }: AwsContext): Promise<Answer> {
  try {
    const { DeletedDate: deleted, VersionIdsToStages: versions = {} } = await view.clients.secretsmanager.send(
      new DescribeSecretCommand({ SecretId: id }),
      { abortSignal: signal },
    );
    if (deleted)
      return {
        status: 'failed',
        says: `${key}: the secret ${id} is about to be deleted, and cannot be read.`,
        todo: 'restore it (aws secretsmanager restore-secret), or name another one',
      };
    if (version !== undefined && !Object.hasOwn(versions, version))
      return {
        status: 'failed',
        says: `${key}: the secret ${id} has no version ${version}.`,
        todo: 'name a version that it has (aws secretsmanager list-secret-version-ids), or none for the current one',
      };
    return { status: 'ok', says: `${key}: the secret ${id} is there; what it holds was not read.` };
  } catch (error) {
    if (error instanceof ResourceNotFoundException)
      return { status: 'failed', says: `${key}: there is no secret ${id} in this account and Region.` };
    return unanswered(error, NEEDS);
  }
}
