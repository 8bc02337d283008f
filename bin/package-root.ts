import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, in a checkout and where it is installed: built files lie deeper than their sources. */
export const PACKAGE_ROOT = above(import.meta.dirname);

function above(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : above(dirname(folder));
}
