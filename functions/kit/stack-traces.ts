/**
 * Stack traces that name the lines of the sources, in the bundle of a function: esbuild puts this file first. The map beside the
 * bundle is read with the first stack that somebody looks at. Node's `--enable-source-maps` reads it whenever the function is
 * loaded, which takes 20 to 30 ms of processor time (docs/benchmarks.md).
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';

const maps = new Map<string, SourceMap | undefined>();

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    // Known before it is read, as to read it may make an error of its own.
    maps.set(file, undefined);
    try {
      maps.set(file, new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8'))));
    } catch {
      // There is none: the stack names the line of the bundle.
    }
  }
  return maps.get(file);
}

/** The names of functions are left out: the bundle's are made short. */
function placeOf(call: NodeJS.CallSite): string {
  const [file, line, column] = [call.getFileName(), call.getLineNumber(), call.getColumnNumber()];
  if (!file?.startsWith('/') || line === null || column === null) return String(call);
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (!entry || !('originalSource' in entry)) return String(call);
  const source = entry.originalSource.replace(/^(?:\.\.\/)+/, '');
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

Error.prepareStackTrace = (error, calls) =>
  [Error.prototype.toString.call(error), ...calls.map(placeOf)].join('\n    at ');
