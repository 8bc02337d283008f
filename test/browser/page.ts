/** A real Chromium with one report in it, and everything that the page does beyond showing it. */
import { expect } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';

const ADDRESS = 'https://evidence.test/report.html';

export interface Look {
  width?: number;
  colorScheme?: 'light' | 'dark';
  media?: 'screen' | 'print';
}

/** One page that shows one document after the other. */
export class Viewer {
  readonly page: Page;
  #html = '';
  /** Addresses asked for since the last document was shown, but for its own. */
  requests: string[] = [];
  /** Dialogs, errors, and what the content security policy refused, since then. */
  incidents: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  static async on(browser: Browser): Promise<Viewer> {
    const page = await browser.newPage();
    const viewer = new Viewer(page);
    await page.route('**/*', (route) => {
      const address = route.request().url();
      if (address === ADDRESS) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: viewer.#html });
      viewer.requests.push(address);
      return route.abort();
    });
    page.on('dialog', (dialog) => {
      viewer.incidents.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', ({ message }) => viewer.incidents.push(`error: ${message}`));
    page.on('console', (message) => viewer.incidents.push(`console: ${message.text()}`));
    page.on('popup', () => viewer.incidents.push('popup'));
    return viewer;
  }

  /** Opens the document as a web server would give it, and nothing else: any other request is recorded and refused. */
  async show(html: string, { width = 1280, colorScheme = 'light', media = 'screen' }: Look = {}): Promise<void> {
    this.#html = html;
    this.requests = [];
    this.incidents = [];
    await this.page.setViewportSize({ width, height: 900 });
    await this.page.emulateMedia({ media, colorScheme });
    await this.page.goto(ADDRESS);
  }
}

/** Shows the document and measures; whatever the document did beyond being shown fails the test. */
export async function measured<T>(viewer: Viewer, html: string, measurement: string, look: Look = {}): Promise<T> {
  await viewer.show(html, look);
  const result = (await viewer.page.evaluate(measurement)) as T;
  const { requests, incidents } = viewer;
  expect({ requests, incidents }).toEqual({ requests: [], incidents: [] });
  return result;
}
