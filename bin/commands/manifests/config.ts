import { ConfigError, loadConfig } from '../../../lib/config/config.ts';
import type { SentinelConfig } from '../../../lib/config/config-schema.ts';
import { InputError } from '../../input/input.ts';

/**
 * What the configuration of the stack says of containment.
 *
 * @throws {InputError} with every mistake of the file
 */
export function containmentOf(file: string): SentinelConfig['containment'] {
  try {
    return loadConfig(file, '--config FILE').containment;
  } catch (error) {
    if (error instanceof ConfigError) throw new InputError(error.message);
    throw error;
  }
}
