import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';

/** A real Chromium, headless: the one that CHROMIUM names, else the one among the packages, unpacked once for each user. */
export const startBrowser = async (): Promise<Browser> => {
  const { launch } = await import('puppeteer-core');
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return launch({ executablePath: named, args: ['--no-sandbox'], headless: true });
  const { default: chromium } = await import('@sparticuz/chromium');
  chromium.setGraphicsMode = false;
  const executablePath = await withTemporaryFolder(
    join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'kubectl-k8ssandra', 'chromium'),
    () => chromium.executablePath(),
  );
  return launch({ executablePath, args: chromium.args, headless: 'shell' });
};
/** The package unpacks into the temporary folder, where a file of another user may stand. */
const withTemporaryFolder = async <T>(folder: string, work: () => Promise<T>): Promise<T> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
};
