import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { startBrowser } from './support/browser.ts';

const root = resolve(import.meta.dirname, '..');
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
/** What others open in a browser: the golden files of a report and of graphs, and the picture of the README. */
const pages: Readonly<Record<string, { readonly text: string; readonly type: string }>> = {
  report: { text: text('test/formats/html.txt'), type: 'text/html' },
  ...Object.fromEntries(
    ['test/graph/fleet/expected.svg', 'test/graph/nasty/expected.svg', 'docs/images/check.svg'].map(file => [
      file,
      { text: text(file), type: 'image/svg+xml' },
    ]),
  ),
};
const screens = [1280, 400].flatMap(width => ['light', 'dark'].map(scheme => ({ width, scheme })));

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** The page at that size, with what it complained of and what it asked for. */
const open = async (name: string, { width, scheme }: (typeof screens)[number]) => {
  const { text: source = '', type = '' } = pages[name] ?? {};
  const page = await browser.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  await page.setViewport({ width, height: 800 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  page.on('request', request => asked.push(request.url().slice(0, 20)));
  page.on('console', message => complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  await page.goto(`data:${type};base64,${Buffer.from(source).toString('base64')}`);
  return { page, asked, complaints };
};
/** Runs in the page, where this file's types are not. */
const inPage = async <T>(page: Page, script: string): Promise<T> => (await page.evaluate(script)) as T;
const width = 'document.documentElement.scrollWidth - window.innerWidth';
/** The faces of all texts of a picture that are seen, in px as they are seen. */
const faces = `[...document.querySelectorAll('svg text')]
  .filter(one => one.getBoundingClientRect().width > 0)
  .map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)`;
const violations = `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`;

for (const name of Object.keys(pages))
  for (const screen of screens)
    test(`${name} at ${screen.width} px, ${screen.scheme}`, async () => {
      const { page, asked, complaints } = await open(name, screen);
      assert.deepEqual(complaints, []);
      assert.equal(asked.length, 1, asked.join(' '));
      assert.ok((await inPage<number>(page, width)) <= 0, 'wider than the screen');
      const small = (await inPage<number[]>(page, faces)).filter(size => size < 9);
      // The README's picture is of a terminal, and shrinks as a picture does.
      if (!name.startsWith('docs/')) assert.deepEqual(small, []);
      await page.evaluate(axe.source);
      assert.deepEqual(await inPage<string[]>(page, violations), []);
      await page.close();
    });
