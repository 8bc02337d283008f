import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** `from './config.ts'`, `import('./config.ts')`: declarations keep the names of sources, which nobody gets. */
const RELATIVE = /(from |import\()'(\.{1,2}\/[^']+)\.ts'/g;

/** Writes the declarations of the construct: those that its index reaches, and no others. */
export function writeDeclarations(folder: string): void {
  const all = mkdtempSync(join(tmpdir(), 'sentinel-declarations-'));
  try {
    emit(all);
    copyReached(join(all, 'lib', 'index.d.ts'), all, folder);
  } finally {
    rmSync(all, { recursive: true });
  }
}

/** @throws when the sources do not compile */
function emit(outDir: string): void {
  const [root, project] = [resolve('.'), join(outDir, 'tsconfig.json')];
  const compilerOptions = { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir };
  const types = { types: ['node'], typeRoots: [join(root, 'node_modules/@types')] };
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { ...compilerOptions, ...types },
      include: [join(root, 'lib/index.ts')],
    }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], {
    stdio: ['ignore', 2, 2],
  });
}

function copyReached(first: string, from: string, to: string): void {
  const open = [first];
  const seen = new Set(open);
  for (const file of open) {
    const text = readFileSync(file, 'utf8');
    for (const [, , path] of text.matchAll(RELATIVE)) {
      const next = resolve(dirname(file), `${path}.d.ts`);
      if (!seen.has(next)) open.push(next);
      seen.add(next);
    }
    const copy = join(to, file.slice(from.length));
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, text.replace(RELATIVE, "$1'$2.js'"));
  }
}
