/** Packs a folder into an OCI image archive, without a registry. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../commands.ts';

const MEDIA = 'application/vnd.oci.image';
/** As images name architectures. */
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
/** The same files give the same bytes. */
const REPEATABLE = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Writes `archive`, for `ctr images import`.
 *
 * @param root the files of the image
 */
export async function packImage(
  root: string,
  image: { name: string; command: string[] },
  archive: string,
): Promise<void> {
  const draft = `${archive}.layout`;
  const blobs = join(draft, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const describe = (mediaType: string, bytes: Buffer) => ({
    mediaType: `${MEDIA}.${mediaType}`,
    digest: `sha256:${digestOf(bytes)}`,
    size: bytes.length,
  });
  const blob = async (mediaType: string, content: object) => {
    const bytes = Buffer.from(JSON.stringify(content));
    await writeFile(join(blobs, digestOf(bytes)), bytes);
    return describe(mediaType, bytes);
  };

  const layerFile = join(draft, 'layer.tar');
  await run('tar', [...REPEATABLE, '-C', root, '-cf', layerFile, '.']);
  const layer = describe('layer.v1.tar', await readFile(layerFile));
  await rename(layerFile, join(draft, 'blobs', layer.digest.replace(':', '/')));
  const config = await blob('config.v1+json', {
    architecture: ARCHITECTURE,
    os: 'linux',
    config: { Env: ['PATH=/bin'], Cmd: image.command },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = await blob('manifest.v1+json', {
    schemaVersion: 2,
    mediaType: `${MEDIA}.manifest.v1+json`,
    config,
    layers: [layer],
  });
  const annotations = { 'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name };
  await writeFile(join(draft, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  await writeFile(join(draft, 'index.json'), JSON.stringify(index));
  await run('tar', [...REPEATABLE, '-C', draft, '-cf', archive, '.']);
  await rm(draft, { recursive: true });
}
