import { pipeline, Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { peek } from './bytes.ts';
import { InputError } from './input.ts';

const CHUNK_BYTES = 512 * 1024;
/** gzip in gzip is what Firehose makes when it compresses what CloudWatch Logs had compressed; deeper is not read. */
const MAX_LAYERS = 3;
/** As far as the marks of the forms below reach: that of tar stands far behind. */
const MARK_BYTES = 512;

const startsWith =
  (...marks: string[]) =>
  (head: Buffer): boolean =>
    marks.some((mark) => head.subarray(0, mark.length).equals(Buffer.from(mark, 'latin1')));

/** What cannot be read, by its first bytes, and what to do. */
const UNREADABLE: readonly [is: (head: Buffer) => boolean, what: string, todo: string][] = [
  [startsWith('BZh'), 'is compressed with bzip2', 'unpack it first: bzip2 -dk FILE'],
  [
    startsWith('PK\x03\x04', 'PK\x05\x06'),
    'is a zip archive, as Excel files are',
    'unpack it first: unzip FILE; save a table as CSV',
  ],
  [startsWith("7z\xbc\xaf'\x1c"), 'is a 7z archive', 'unpack it first: 7z x FILE'],
  [startsWith('Rar!'), 'is a RAR archive', 'unpack it first: unrar x FILE'],
  [(head) => head.subarray(257, 262).toString() === 'ustar', 'is a tar archive', 'unpack it first: tar -xf FILE'],
  [startsWith('\x04"M\x18', '\x02!L\x18'), 'is compressed with LZ4', 'unpack it first: lz4 -d FILE'],
  [startsWith('\xff\x06\x00\x00sNaPpY', '\x82SNAPPY\0'), 'is compressed with Snappy', 'unpack it first: snzip -d FILE'],
  [startsWith('\x1f\x9d', '\x1f\xa0'), 'is compressed with compress', 'unpack it first: uncompress FILE'],
  [startsWith('\x89LZO'), 'is compressed with lzop', 'unpack it first: lzop -d FILE'],
  [startsWith('LZIP'), 'is compressed with lzip', 'unpack it first: lzip -d FILE'],
  [startsWith('\x5d\x00\x00'), 'is compressed with LZMA', 'unpack it first: xz --format=lzma -dc FILE'],
  [
    startsWith('PAR1', 'PARE'),
    'is a Parquet file, as Security Lake and Athena keep them',
    "export it as JSON lines first, with Athena, or with DuckDB: COPY (SELECT * FROM 'FILE') TO 'events.jsonl' (FORMAT json)",
  ],
  [startsWith('Obj\x01'), 'is an Avro file', 'export it as JSON lines first: avro-tools tojson FILE'],
  [startsWith('ORC'), 'is an ORC file', 'export it as JSON lines first: orc-contents FILE'],
  [startsWith('ARROW1'), 'is an Arrow file', 'export it as JSON lines first'],
  [
    startsWith('SQLite format 3'),
    'is an SQLite database',
    'export the messages as JSON lines first: sqlite3 -json FILE',
  ],
  [startsWith('\xd0\xcf\x11\xe0'), 'is an old Office document', 'save the table as CSV first'],
  [startsWith('%PDF'), 'is a PDF document', 'export the log itself, as JSON or CSV'],
  [startsWith('LPKSHHRH'), "is a journal of systemd's", 'export it first: journalctl --file FILE -o json'],
  [
    startsWith('\x89PNG', '\xff\xd8\xff', 'GIF8', 'RIFF'),
    'is a picture or a recording',
    'export the log itself, as JSON or CSV',
  ],
];

type OnDamage = (problem: string) => void;

interface Compression {
  is: (head: Buffer) => boolean;
  unpack: (bytes: AsyncIterable<Buffer>, onDamage: OnDamage) => AsyncIterable<Buffer>;
}

const COMPRESSIONS: readonly Compression[] = [
  {
    is: startsWith('\x1f\x8b'),
    unpack: (bytes, told) => through(bytes, zlib.createGunzip({ chunkSize: CHUNK_BYTES }), told),
  },
  {
    is: startsWith('\x78\x01', '\x78\x9c', '\x78\xda'),
    unpack: (bytes, told) => through(bytes, zlib.createInflate({ chunkSize: CHUNK_BYTES }), told),
  },
  {
    is: startsWith('\x28\xb5\x2f\xfd'),
    unpack: (bytes, told) => through(bytes, zlib.createZstdDecompress({ chunkSize: CHUNK_BYTES }), told),
  },
  { is: startsWith('\xfd7zXZ\0'), unpack: xz },
];

/**
 * The bytes behind compression, which is recognised by its first bytes.
 *
 * @param onDamage told once when compressed bytes are damaged or end early; what came before has then been read
 * @throws InputError naming what the bytes are, where they cannot be read
 */
export async function unpack(bytes: AsyncIterable<Buffer>, onDamage: OnDamage): Promise<AsyncIterable<Buffer>> {
  let start = await peek(bytes, MARK_BYTES);
  for (let layer = 0; layer < MAX_LAYERS; layer += 1) {
    const compression = COMPRESSIONS.find(({ is }) => is(start.head));
    if (!compression) break;
    start = await peek(compression.unpack(start.bytes, onDamage), MARK_BYTES);
  }
  const [, what, todo] = UNREADABLE.find(([is]) => is(start.head)) ?? [];
  if (what) throw new InputError(`${what}, which is not read here; ${todo}`);
  return start.bytes;
}

async function* through(
  bytes: AsyncIterable<Buffer>,
  by: NodeJS.ReadWriteStream,
  onDamage: OnDamage,
): AsyncGenerator<Buffer> {
  const unpacked = pipeline(Readable.from(bytes), by, () => {}) as unknown as AsyncIterable<Buffer>;
  try {
    for await (const chunk of unpacked) yield chunk;
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!/^(Z_|ZSTD_)/.test(code)) throw error;
    onDamage(damage(/Z_BUF_ERROR|srcSize_wrong/.test(code), message));
  }
}

const damage = (endsEarly: boolean, message: string): string =>
  `${endsEarly ? 'the compressed data ends early' : `the compressed data is damaged (${message})`}; what comes after was not read: fetch the file again`;

async function* xz(bytes: AsyncIterable<Buffer>, onDamage: OnDamage): AsyncGenerator<Buffer> {
  // Loaded when it is needed: it brings a WebAssembly module. Node.js finds no names in it, other than a bundler.
  const module: typeof import('xz-decompress') & { default?: typeof import('xz-decompress') } = await import(
    'xz-decompress'
  );
  const { XzReadableStream } = module.default ?? module;
  const packed = Readable.toWeb(Readable.from(bytes)) as ReadableStream<Uint8Array>;
  try {
    for await (const chunk of Readable.fromWeb(new XzReadableStream(packed) as never)) yield Buffer.from(chunk);
  } catch (error) {
    if (error instanceof InputError) throw error;
    onDamage(damage(false, (error as Error).message));
  }
}
