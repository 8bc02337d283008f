/** The pictures in the documents, and what they are made from. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Alert } from '../../functions/contract/alert.ts';
import { demoFiles } from '../../tools/images/demo-files.ts';
import { mailPage } from '../../tools/images/mail-page.ts';
import { HIGH } from '../alert/examples.ts';
import { INTRUSION, UPDATE } from '../alert/report-samples.ts';

const IMAGES = 'docs/images';

/** The others are drawn: `npm run graphs`. */
const PICTURES = readdirSync(IMAGES).filter((name) => !name.endsWith('.svg'));

test.each(PICTURES)('%s is WebP, and small', (name) => {
  const picture = readFileSync(join(IMAGES, name));
  expect(name).toMatch(/^[a-z-]+\.webp$/);
  expect([picture.toString('latin1', 0, 4), picture.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WEBP']);
  expect(picture.length).toBeLessThan(150 * 1024);
  expect(picture.length).toBeGreaterThan(10 * 1024);
});

describe('the most serious finding of a demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'images-'));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const alert = (at: string, value: Alert): void => {
    write(`${at}/alert.json`, JSON.stringify(value));
    write(`${at}/report.html`, `report of ${at}`);
  };
  alert('alerts/a/high', HIGH);
  alert(`alerts/a/${INTRUSION.id}`, INTRUSION);
  alert(`alerts/a/${INTRUSION.id}/update-1`, UPDATE);
  const subject = `[${INTRUSION.id.slice(0, 16)}]`;
  write('001-topic-email.txt', `Subject: CRITICAL ${subject}\n\nfirst`);
  write('002-topic-email.txt', `Subject: CRITICAL (update) ${subject}\n\nnewest`);
  write('003-topic-email.txt', 'Subject: HIGH [nsf-0]\n\nother');

  test('is shown by the newest report and mail about it', async () => {
    expect(await demoFiles(folder)).toEqual({
      report: `report of alerts/a/${INTRUSION.id}/update-1`,
      mail: `Subject: CRITICAL (update) ${subject}\n\nnewest`,
    });
  });

  test('is shown by the report of its last playbook, where there is one', async () => {
    write(`alerts/a/${INTRUSION.id}/containment/1.html`, 'plan');
    write(`alerts/a/${INTRUSION.id}/containment/2.html`, 'isolated');
    expect(await demoFiles(folder)).toMatchObject({ containment: 'isolated' });
  });
});

test('no alert is said as such', async () => {
  await expect(demoFiles(mkdtempSync(join(tmpdir(), 'images-')))).rejects.toThrow('no alert.json in');
});

test('a mail is shown as it was sent, and is text alone', () => {
  const page = mailPage('Subject: a <b>\n\nfirst\n\n  <script>second');
  expect(page).toContain('<h1>a &lt;b&gt;</h1>');
  expect(page).toContain('<pre>first\n\n  &lt;script&gt;second\n</pre>');
});
