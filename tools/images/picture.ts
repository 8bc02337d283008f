/** Pictures of pages, for the documents. */
import type { Browser } from 'playwright-core';

export interface PictureSize {
  /** Of the window, in CSS pixels. */
  width: number;
  height: number;
}

/** Twice as many pixels as the window has, for screens that are as fine. */
const SCALE = 2;
/** Of WebP, in percent: letters are sharp, and a picture has less than 100 KB. */
const QUALITY = 70;

/**
 * What a window of this size shows of the page, in the light scheme, as WebP. The same page and Chromium give the same
 * picture where the machine has the same fonts.
 *
 * @param html loads nothing
 */
export async function pictureOf(browser: Browser, html: string, size: PictureSize): Promise<Buffer> {
  const page = await browser.newPage({ viewport: size, deviceScaleFactor: SCALE, colorScheme: 'light' });
  try {
    await page.setContent(html);
    // Drawn, not only loaded.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const debug = await page.context().newCDPSession(page);
    const { data } = await debug.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
    return Buffer.from(data, 'base64');
  } finally {
    await page.close();
  }
}
