// Starts Chromium, opens pages that must ask nothing of any network and tell no
// errors, and judges their accessibility.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const flags = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
if (process.getuid?.() === 0) flags.push('--no-sandbox');

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: flags });
export const folder = process.env.REPORTS;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// open opens a report, and with options a context of its own.
export async function open(name, { hash = '', ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const file = pathToFileURL(path.join(folder, name)).href;
  page.faults = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.faults.push(message.text()); });
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('dialog', (dialog) => { page.faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('popup', () => page.faults.push('a popup'));
  page.on('request', (request) => {
    const url = request.url();
    if (url.split('#')[0] !== file && !url.startsWith('data:') && !url.startsWith('blob:')) page.faults.push(`a request of ${url}`);
  });
  await page.goto(file + hash);
  return page;
}

export async function close(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}

// accessible runs axe-core on what is shown. The page's policy keeps scripts
// out, but not those of the debugger's own world.
export async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const faults = violations.filter((v) => ['serious', 'critical'].includes(v.impact));
  assert.deepEqual(faults.map((v) => `${what}: ${v.id}: ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`), []);
  return violations.map((v) => v.id);
}

export const names = (page) => page.locator('#models tbody tr:visible th a').allTextContents();
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
