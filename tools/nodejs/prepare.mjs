/**
 * Ends `npm ci`. Where the machine's Node.js is older than package.json asks for, this fetches the one of the lock beside
 * this file, whose hash npm checks, into the cache, and links it where npm scripts look first. Elsewhere it does nothing.
 * Plain JavaScript, as an old Node.js runs it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const FILES = ['package.json', 'package-lock.json'].map((name) => join(HERE, name));
const LINK = join(HERE, '../../node_modules/.bin/node');

const numbersIn = (text) => (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number);
const { engines } = JSON.parse(readFileSync(join(HERE, '../../package.json'), 'utf8'));
const [major, minor] = numbersIn(process.versions.node);
const [neededMajor, neededMinor] = numbersIn(engines.node);

// Where there is a link already, npm runs this by it.
if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  const program = fetched();
  if (program) {
    rmSync(LINK, { force: true });
    symlinkSync(program, LINK);
    console.log(`Node.js ${process.versions.node} is older than this checkout needs: npm scripts run on ${program}`);
  } else {
    console.error(
      `This checkout needs Node.js ${neededMajor}.${neededMinor} or later, this is ${process.versions.node}, and no other could be fetched: install one from https://nodejs.org, and run "npm ci" again.`,
    );
    process.exitCode = 1;
  }
}

/** The program in the cache, or nothing where there is none for this machine or the registry does not answer. */
function fetched() {
  const cache =
    process.env.NAMESPACE_SENTINEL_CACHE ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'namespace-sentinel');
  const hash = createHash('sha256');
  for (const file of FILES) hash.update(readFileSync(file));
  const folder = join(cache, `nodejs-${hash.digest('hex').slice(0, 16)}`);
  const program = join(folder, `node_modules/node-${process.platform}-${process.arch}/bin/node`);
  if (existsSync(program)) return program;
  const draft = `${folder}.${process.pid}.draft`;
  mkdirSync(draft, { recursive: true });
  for (const file of FILES) cpSync(file, join(draft, basename(file)));
  const args = ['ci', '--ignore-scripts', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: draft, stdio: 'inherit' });
  try {
    if (status === 0) renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another process was faster
  }
  rmSync(draft, { recursive: true, force: true });
  return existsSync(program) ? program : undefined;
}
