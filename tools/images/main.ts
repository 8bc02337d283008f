/** `npm run images`: writes the pictures in docs/images from what `sentinel demo` writes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PACKAGE_ROOT } from '../../bin/package-root.ts';
import { launch } from '../browser/launch.ts';
import { demoFiles } from './demo-files.ts';
import { mailPage } from './mail-page.ts';
import { type PictureSize, pictureOf } from './picture.ts';

const DESK: PictureSize = { width: 1280, height: 800 };
const PHONE: PictureSize = { width: 390, height: 844 };
const MAIL: PictureSize = { width: 700, height: 640 };
/** Of the demo: a name without a path, as the pictures show it. */
const OUT = 'demo-out';
const IMAGES = join(PACKAGE_ROOT, 'docs', 'images');

const folder = await mkdtemp(join(tmpdir(), 'sentinel-images-'));
const browser = await launch();
try {
  const demo = [
    '--import',
    join(import.meta.dirname, 'fixed-clock.ts'),
    join(PACKAGE_ROOT, 'bin', 'sentinel.ts'),
    'demo',
  ];
  await promisify(execFile)(process.execPath, [...demo, '--out', OUT], { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
  const { report, mail, containment } = await demoFiles(join(folder, OUT));
  const pictures: [name: string, html: string, size: PictureSize][] = [
    ['report', report, DESK],
    ['report-phone', report, PHONE],
    ['mail', mailPage(mail), MAIL],
    ...(containment === undefined
      ? []
      : [['containment-report', containment, DESK] satisfies [string, string, PictureSize]]),
  ];
  await mkdir(IMAGES, { recursive: true });
  for (const [name, html, size] of pictures) {
    const picture = await pictureOf(browser, html, size);
    await writeFile(join(IMAGES, `${name}.webp`), picture);
    process.stdout.write(`docs/images/${name}.webp  ${picture.length} bytes\n`);
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
