/** What a machine has that a node could change. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hierarchies } from '../../../tools/twin/cgroups.ts';
import { run } from '../../../tools/twin/commands.ts';
import { FOLDER_PREFIX, MARK } from '../../../tools/twin/leftovers.ts';

/** A twin of somebody else may come and go while a test runs: it is known by its folder's name, and left out. */
const cgroupsOf = (hierarchy: string): string[] =>
  readdirSync(hierarchy, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(FOLDER_PREFIX))
    .map(({ name }) => join(hierarchy, name));

/** Settings of the machine: all that files of `/proc/sys` say but for what the kernel counts and measures there. */
const SETTINGS = ['vm', 'kernel', 'net/ipv4/conf/all', 'net/ipv4/conf/default', 'net/netfilter', 'user', 'fs/inotify'];
const COUNTERS = /random|ns_last_pid|pty\/nr|nr_conntrack|conntrack_count|\/usermodehelper/;

function settingsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return settingsBelow(path);
    if (COUNTERS.test(path)) return [];
    try {
      return [`${path} ${readFileSync(path, 'utf8').trim()}`];
    } catch {
      return []; // can only be written
    }
  });
}

interface Interface {
  ifname: string;
  addr_info: { local: string }[];
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean).sort();

/** Everything that a real node must leave as it was. */
export async function traces() {
  const interfaces = JSON.parse(await run('ip', ['-json', 'address'])) as Interface[];
  return {
    links: interfaces.map(({ ifname, addr_info: addresses }) => [ifname, ...addresses.map(({ local }) => local)]),
    routes: lines(await run('ip', ['route', 'show', 'table', 'all'])),
    rules: lines(await run('ip', ['rule'])),
    firewall: lines(await run('iptables-save', [])).filter((line) => !line.startsWith('#')),
    forwards: readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim(),
    settings: settingsOf(),
    mounts: lines(readFileSync('/proc/self/mounts', 'utf8')),
    cgroups: hierarchies().flatMap(cgroupsOf),
    root: readdirSync('/').sort(),
    run: readdirSync('/run').sort(),
  };
}

const settingsOf = () => SETTINGS.flatMap((name) => settingsBelow(join('/proc/sys', name)));

/** Numbers and names of processes that are of a twin, by folder; those of one twin where it is given. */
export function twinProcesses(folder?: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const marks = readFileSync(`/proc/${name}/environ`, 'utf8')
          .split('\0')
          .filter((each) => each.startsWith(`${MARK}=`));
        const own = marks.some((mark) => !folder || mark === `${MARK}=${folder}`);
        return own ? [`${name} ${readFileSync(`/proc/${name}/comm`, 'utf8').trim()}`] : [];
      } catch {
        return [];
      }
    });
}

/** Cgroups of a twin that are there. */
export const cgroupsOfTwin = (folder: string): string[] =>
  hierarchies()
    .map((hierarchy) => join(hierarchy, basename(folder)))
    .filter((path) => existsSync(path));

/** Processes in the cgroups of a twin: its containers, whatever environment they have. */
export const containedProcesses = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cgroup`, 'utf8').includes(`/${basename(folder)}`);
      } catch {
        return false;
      }
    });

/** Number of the process that cleans up after a twin. */
export function guardianOf(folder: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        return command.some((part) => part.endsWith('guardian.ts')) && command.includes(folder);
      } catch {
        return false;
      }
    });
  if (!found) throw new Error(`${folder} has no guardian`);
  return Number(found);
}
