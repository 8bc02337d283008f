/** The wire between the control plane and CloudWatch Logs. */

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { controlPlaneLogGroup } from '../../../functions/kubernetes/names/aws.ts';
import { clientSettings } from '../identities.ts';
import { bareEnvironment } from '../processes.ts';
import type { Twin } from '../twin.ts';
import type { WireSettings } from './forward.ts';
import type { Position } from './tail.ts';

/**
 * The size at which EKS cuts a line is disputed (10,000 characters, 256 KB): this is the largest event that CloudWatch
 * Logs took until 2025.
 */
export const MAX_LINE_BYTES = 256 * 1024;

const NAME = 'wire';

export interface WireOptions {
  /** Default: 256 KiB. */
  maxLineBytes?: number;
  /** Leave out what was logged already, as EKS does when logging is switched on in a cluster that has run for long. */
  fromNow?: boolean;
}

/** The log group that EKS makes when control plane logging is switched on. */
export const auditLogGroup = (twin: Twin): string => controlPlaneLogGroup(twin.emulator.cluster);

/**
 * Makes the log group and starts the forwarder. Started again after {@link stopWire} it goes on where it was.
 *
 * @throws ProcessError when it does not come up
 */
export async function startWire(twin: Twin, options: WireOptions = {}): Promise<void> {
  const logGroup = auditLogGroup(twin);
  await new CloudWatchLogsClient(clientSettings(twin.emulator))
    .send(new CreateLogGroupCommand({ logGroupName: logGroup }))
    .catch((error) => {
      if (!(error instanceof ResourceAlreadyExistsException)) throw error;
    });
  const state = join(twin.processes.folder, 'wire.json');
  if (options.fromNow) {
    const { ino: inode, size: offset } = statSync(twin.auditLog);
    writeFileSync(state, JSON.stringify({ inode, offset } satisfies Position));
  }
  const settings: WireSettings = {
    auditLog: twin.auditLog,
    logGroup,
    state,
    maxLineBytes: options.maxLineBytes ?? MAX_LINE_BYTES,
    everyMs: 25,
  };
  await twin.processes.start({
    name: NAME,
    command: process.execPath,
    args: [join(import.meta.dirname, 'forward.ts')],
    env: { ...bareEnvironment(), ...twin.emulator.environment, NODE_NO_WARNINGS: '1', WIRE: JSON.stringify(settings) },
  });
  const forwarding = async () => readFileSync(twin.processes.log(NAME), 'utf8').includes('forwarding');
  await twin.processes.until(forwarding, { what: 'the audit log is forwarded', process: NAME });
}

export const stopWire = (twin: Twin): Promise<void> => twin.processes.stop(NAME);
