// Takes the pictures of the documentation:
//
//   REPORTS=FOLDER CHROMIUM=/usr/bin/chromium node screenshots.mjs
//
// FOLDER holds published.html, of testdata/published_scores.csv, and models.html,
// of the scores of testdata, and answers.html, with the answers of
// testdata/geirhos2021 on contrast and cueconflict; the pictures are written beside them.
import path from 'node:path';
import { browser, close, folder, open } from './page.mjs';

for (const [picture, report, hash, width, height, colorScheme, section] of [
  ['board-1400-light', 'published.html', '', 1400, 900, 'light', ''],
  ['plot-1400-dark', 'published.html', '', 1400, 900, 'dark', '#against'],
  ['model-1400-light', 'models.html', '#model=mini-net', 1400, 900, 'light', ''],
  ['neuroids-1400-dark', 'models.html', '#model=mini-net', 1400, 900, 'dark', 'h2:has-text("Neuroids")'],
  ['board-400-dark', 'published.html', '', 400, 860, 'dark', ''],
  ['model-400-light', 'models.html', '#model=mini-net', 400, 860, 'light', ''],
  ['answers-1400-light', 'answers.html', '', 1400, 900, 'light', '#answers-benchmark'],
  ['answers-400-dark', 'answers.html', '', 400, 860, 'dark', '#answers-figures figure:nth-child(2)'],
]) {
  const page = await open(report, { hash, colorScheme, viewport: { width, height } });
  if (section.endsWith('figure:nth-child(2)')) await page.locator('#answers-benchmark').selectOption({ index: 1 });
  if (section) await page.locator(section).first().evaluate((node) => node.scrollIntoView({ behavior: 'instant' }));
  await page.screenshot({ path: path.join(folder, `${picture}.png`) });
  await close(page);
}
await browser.close();
