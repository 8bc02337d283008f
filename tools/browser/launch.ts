/** A headless Chromium. Only the system suite and pictures for the documents need it, so `npm ci` does not fetch it. */
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { cached, contentKey } from '../twin/cache.ts';
import { run } from '../twin/commands.ts';

const FILES = ['package.json', 'package-lock.json'].map((name) => join(import.meta.dirname, 'chromium', name));

/**
 * Starts the Chromium of the lock in `chromium/`, which is fetched first where the cache lacks it. The package's own
 * switches are left out: they are for Lambda, and turn the web's security off.
 */
export async function launch(): Promise<Browser> {
  const folder = await cached('chromium', await contentKey(FILES), async (draft) => {
    for (const file of FILES) await copyFile(file, join(draft, basename(file)));
    await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: draft });
  });
  const program = createRequire(join(folder, 'package.json'))('@sparticuz/chromium');
  return chromium.launch({ executablePath: await program.executablePath(), args: ['--no-sandbox', '--disable-gpu'] });
}
