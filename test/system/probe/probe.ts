/** Makes functions of the probe's code, each with a role of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { run } from '../../../tools/twin/commands.ts';
import { clientSettings } from '../../../tools/twin/identities.ts';
import type { Twin } from '../../../tools/twin/twin.ts';
import type { ProbeEvent } from './function.ts';

export interface Probe {
  name: string;
  arn: string;
  roleArn: string;
}

export interface Answer {
  payload: Record<string, unknown>;
  failed: boolean;
}

export class Probes {
  readonly lambda: LambdaClient;
  readonly #iam: IAMClient;
  readonly #zip: Uint8Array;

  private constructor(twin: Twin, zip: Uint8Array) {
    this.lambda = new LambdaClient(clientSettings(twin.emulator));
    this.#iam = new IAMClient(clientSettings(twin.emulator));
    this.#zip = zip;
  }

  static async open(twin: Twin): Promise<Probes> {
    const outfile = join(twin.processes.folder, 'probe', 'index.js');
    const entry = join(import.meta.dirname, 'function.ts');
    await build({ entryPoints: [entry], bundle: true, platform: 'node', target: 'node24', format: 'cjs', outfile });
    const zip = join(twin.processes.folder, 'probe.zip');
    await run('python3', ['-m', 'zipfile', '-c', zip, outfile]);
    return new Probes(twin, readFileSync(zip));
  }

  /** @param allowed what the function's role may do */
  async create(
    name: string,
    allowed: { actions: string[]; resource: string }[] = [],
    deadLetters?: string,
  ): Promise<Probe> {
    const service = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const trust = { Version: '2012-10-17', Statement: [service] };
    const role = await this.#iam.send(
      new CreateRoleCommand({ RoleName: `${name}-role`, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const Statement = allowed.map(({ actions, resource }) => ({
      Effect: 'Allow',
      Action: actions,
      Resource: resource,
    }));
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    if (allowed.length > 0)
      await this.#iam.send(
        new PutRolePolicyCommand({ RoleName: `${name}-role`, PolicyName: 'allowed', PolicyDocument: policy }),
      );
    const roleArn = role.Role?.Arn ?? '';
    const made = await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Role: roleArn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: this.#zip },
        Timeout: 15,
        ...(deadLetters ? { DeadLetterConfig: { TargetArn: deadLetters } } : {}),
      }),
    );
    return { name, arn: made.FunctionArn ?? '', roleArn };
  }

  async call(probe: Probe, event: ProbeEvent): Promise<Answer> {
    const answer = await this.lambda.send(
      new InvokeCommand({ FunctionName: probe.name, Payload: JSON.stringify(event) }),
    );
    return {
      payload: JSON.parse(Buffer.from(answer.Payload ?? '{}').toString()),
      failed: answer.FunctionError !== undefined,
    };
  }

  /** Asynchronously; returns when the invocation is accepted. */
  async start(probe: Probe, event: object): Promise<void> {
    const Payload = JSON.stringify(event);
    await this.lambda.send(new InvokeCommand({ FunctionName: probe.name, InvocationType: 'Event', Payload }));
  }
}
