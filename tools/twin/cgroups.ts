/** The cgroups of a twin: one of its name in each cgroup v1 hierarchy of the machine. */
import { readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** Mount points of the machine's cgroup v1 hierarchies; none on another system. */
export function hierarchies(): string[] {
  try {
    return readFileSync('/proc/self/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .flatMap(([, path, type]) => (path && type === 'cgroup' ? [path] : []));
  } catch {
    return []; // not Linux
  }
}

function removeTree(group: string): boolean {
  let children: string[];
  try {
    children = readdirSync(group, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return true; // not there
  }
  const empty = children.map((name) => removeTree(join(group, name))).every(Boolean);
  if (!empty) return false;
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false; // a process of it is not gone yet
  }
}

/** Removes the cgroups of this name with all below them. @returns whether none is left */
export const removeCgroups = (name: string): boolean =>
  hierarchies()
    .map((path) => removeTree(join(path, name)))
    .every(Boolean);
