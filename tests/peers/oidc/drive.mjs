// A real browser: Debian's chromium without a window, driven through the sign-in pages of oidc-provider.
//
// Usage: node drive.mjs PICTURE.png ADDRESS
// For `BROWSER`. The picture is of the page that the sign-in ends on; PICTURE.png.txt is what that page says.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [, , picture, address] = process.argv;
const profile = mkdtempSync(join(tmpdir(), 'prusa-cred-chromium-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
  viewport: { width: 900, height: 560 },
});
try {
  const page = await browser.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  await page.goto(address);
  await page.fill('input[name=login]', 'ada');
  await page.fill('input[name=password]', 'any will do');
  await page.click('button[type=submit]');
  await page.click('button[type=submit]');
  await page.waitForSelector('main h1');
  await page.screenshot({ path: picture });
  const said = await page.innerText('main');
  const lines = [said, ...faults.map((fault) => `console: ${fault}`)];
  // The last thing of the text is the end of its line: who reads it knows that it is whole.
  writeFileSync(`${picture}.txt`, `${lines.join('\n')}\n`);
} finally {
  await browser.close();
  rmSync(profile, { recursive: true, force: true });
}
