import { ConfigError, loadConfig } from '../../../lib/config/config.ts';
import type { SentinelConfig } from '../../../lib/config/config-schema.ts';
import { InputError } from '../../input/input.ts';

/**
 * The configuration of the stack.
 *
 * @param option by which another file is named
 * @throws {InputError} with every mistake of the file
 */
export function configOf(file: string, option = '--config FILE'): SentinelConfig {
  try {
    return loadConfig(file, option);
  } catch (error) {
    if (error instanceof ConfigError) throw new InputError(error.message);
    throw error;
  }
}
