import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { accessible, browser, close, folder, names, open, overflow } from './page.mjs';

after(() => browser.close());

const sorted = (page) => page.locator('th[aria-sort]').evaluateAll((all) => all.map((th) => `${th.innerText.trim()} ${th.getAttribute('aria-sort')}`.replace(/[↓↑]/g, '').replace(/\s+/g, ' ')));

// The address changes first, and what is shown soon after.
const showsModel = (page, name) => page.waitForFunction((n) => document.querySelector('#page:not([hidden]) h1')?.textContent === n, name);

test('the published table opens with DenseNet-169 first', async () => {
  const page = await open('published.html');
  const order = await names(page);
  assert.equal(order.length, 61);
  assert.deepEqual(order.slice(0, 3), ['densenet-169', 'cornet_s', 'resnet-101_v2']);
  assert.equal(order[12], 'pnasnet_large');
  assert.match(await page.locator('#scatter-told').innerText(), /61 models, Pearson r 0\.915/);
  await close(page);
});

test('headings sort, by mouse and by keyboard', async () => {
  const page = await open('published.html');
  await page.getByRole('button', { name: 'V4', exact: true }).click();
  assert.deepEqual(await sorted(page), ['V4 descending']);
  assert.equal((await names(page))[0], 'vgg-19');
  assert.equal(await page.locator('#by').inputValue(), '1');
  assert.equal(await page.locator('td.by svg').count(), 61);
  await page.getByRole('button', { name: 'V4' }).focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await sorted(page), ['V4 ascending']);
  assert.equal((await names(page)).at(-1), 'vgg-19');
  await page.getByRole('button', { name: 'model', exact: true }).press('Space');
  assert.deepEqual(await sorted(page), ['model ascending']);
  const byName = await names(page);
  assert.deepEqual(byName, [...byName].sort((a, b) => (Buffer.from(a) < Buffer.from(b) ? -1 : 1)));
  await page.getByLabel('Rank by').selectOption({ label: 'imagenet_top1' });
  assert.equal((await names(page))[0], 'pnasnet_large');
  await close(page);
});

test('ties share a rank, and models without a score come last in both orders', async () => {
  const page = await open('ties.html');
  const ranks = async () => (await page.locator('#models tbody tr td.rank').allTextContents()).join(' ');
  assert.equal(await ranks(), '1 2 2 4 – –');
  await page.getByRole('button', { name: 'cosyne2019' }).click();
  assert.equal(await ranks(), '4 2 2 1 – –');
  assert.deepEqual((await names(page)).slice(4), ['e', 'net']);
  await page.getByRole('button', { name: 'V4', exact: true }).click();
  assert.equal(await ranks(), '1 2 3 4 4 –');
  assert.match(await page.locator('tr', { hasText: 'lacks IT, behavior' }).first().locator('a').innerText(), /^e$/);
  await close(page);
});

test('columns of a tree fold, and means are formed again without benchmarks', async () => {
  const page = await open('tree.html');
  const cell = (model, column) => page.evaluate(([m, c]) => {
    const k = [...document.querySelectorAll('#models thead th')].findIndex((th) => th.querySelector('button')?.textContent === c);
    const row = [...document.querySelectorAll('#models tbody tr')].find((tr) => tr.querySelector('a').textContent === m);
    return row.cells[k]?.querySelector('span').textContent;
  }, [model, column]);
  assert.deepEqual(await names(page), ['m_complete', 'm_errors', 'm_gaps', 'm_empty']);
  assert.equal(await cell('m_complete', 'IT'), '0.400');
  assert.equal(await cell('m_errors', 'neural_vision'), '0.062');
  assert.equal(await cell('m_errors', 'V1'), 'X');
  assert.equal(await cell('m_gaps', 'Kar2019-ost'), undefined);
  await page.getByRole('button', { name: 'Members of IT' }).click();
  assert.equal(await cell('m_gaps', 'Kar2019-ost'), 'X');
  assert.deepEqual(await accessible(page, 'an unfolded tree').then((ids) => ids.filter((id) => id === 'label')), []);
  await page.locator('#tree > summary').click();
  await page.evaluate(() => { for (const d of document.querySelectorAll('#tree details')) d.open = true; });
  const box = (name) => page.locator('#tree label', { hasText: name }).locator('input');
  await box('Kar2019-ost').uncheck();
  await box('tong.Coggan2024_fMRI.V2-rdm').uncheck();
  assert.equal(await page.locator('#tree-status').innerText(), 'Formed again without 2 benchmarks of 18.');
  const expected = { m_complete: { V1: '0.625', V2: '0.300', IT: '0.400', neural_vision: '0.469', example: '0.559' }, m_gaps: { IT: '0.450', neural_vision: '0.219', example: '0.109' }, m_errors: { V4: '0.250', neural_vision: '0.062', example: '0.231' } };
  for (const [model, values] of Object.entries(expected)) {
    for (const [column, value] of Object.entries(values)) assert.equal(await cell(model, column), value, `${model}, ${column}`);
  }
  await page.getByRole('button', { name: 'Take all' }).click();
  assert.equal(await cell('m_complete', 'V2'), '0.150');
  await page.goto(`${page.url().split('#')[0]}#model=m_gaps`);
  await showsModel(page, 'm_gaps');
  const text = await page.locator('#page').innerText();
  assert.match(text, /It has 4 of 15 benchmarks/);
  assert.match(text, /Kar2019-ost\s+X/);
  await close(page);
});

test('filters leave the models that meet them', async () => {
  const page = await open('many.html');
  const count = () => page.locator('#count').innerText();
  await page.getByLabel('Find').fill('RESNET 18');
  assert.deepEqual((await names(page)).every((n) => n.includes('resnet') && n.includes('18')), true);
  assert.match(await count(), /^\d+ of 300 models$/);
  await page.getByLabel('Find').fill('');
  await page.getByLabel('Family').selectOption('vit');
  const vit = await names(page);
  assert.ok(vit.length > 20 && vit.every((n) => n.startsWith('vit')));
  await page.getByLabel('At least').fill('0.6');
  const good = await names(page);
  assert.ok(good.length > 0 && good.length < vit.length);
  assert.ok((await page.locator('#models tbody tr:visible td.by span').allTextContents()).every((v) => +v >= 0.6));
  assert.ok((await page.locator('.mark.dim').count()) > 0);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.waitForFunction(() => document.getElementById('count').innerText === '300 models');
  assert.equal((await names(page)).length, 100);
  await page.getByRole('button', { name: 'Show all 300' }).click();
  assert.equal((await names(page)).length, 300);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), (await names(page))[100]);
  await page.getByLabel('Columns of benchmarks').check();
  assert.ok(await page.getByRole('button', { name: 'Recording2003.IT-pls', exact: true }).isVisible());
  await close(page);
});

test('300 models on 20 benchmarks sort without a perceptible delay', async (t) => {
  const page = await open('many.html');
  const debuggerOf = await page.context().newCDPSession(page);
  // The page's own processor time, as other programs may be running.
  await debuggerOf.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => (await debuggerOf.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value * 1000;
  const times = [];
  for (const column of [1, 5, 9, 0, 9, 'name', 0]) {
    const before = await spent();
    await page.evaluate((c) => {
      const button = document.querySelector(`th[data-column="${c}"] button`);
      const by = document.getElementById('by');
      if (button) button.click();
      else { by.value = c; by.dispatchEvent(new Event('change')); }
      document.body.getBoundingClientRect(); // lay out too
    }, column);
    times.push(await spent() - before);
  }
  t.diagnostic(`sorting took ${times.map((ms) => ms.toFixed(0)).join(', ')} ms of processor time with layout`);
  assert.ok(Math.min(...times) < 150, `no sort took less than ${Math.min(...times)} ms`);
  await close(page);
});

test('the theme follows the system, and the button turns it', async () => {
  const page = await open('published.html', { colorScheme: 'dark' });
  const dark = () => page.evaluate(() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g); return +r + +g + +b < 200; });
  assert.equal(await dark(), true);
  const button = page.locator('#theme');
  await button.click();
  assert.match(await button.innerText(), /light/);
  assert.equal(await dark(), false);
  await button.press('Enter');
  assert.equal(await dark(), true);
  await page.reload();
  assert.match(await button.innerText(), /dark/);
  await close(page);
});

test('the keyboard alone goes from the board to a model and back', async () => {
  const page = await open('many.html');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 60 && !(await page.evaluate(() => document.activeElement.matches('tbody th a'))); i++) await page.keyboard.press('Tab');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid');
  const name = await page.evaluate(() => document.activeElement.textContent);
  await page.keyboard.press('Enter');
  await showsModel(page, name);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'model-name');
  assert.equal(await page.title(), name);
  await page.goBack();
  await page.locator('#models').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
  await page.goForward();
  await showsModel(page, name);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.locator('#models').waitFor();
  await close(page);
});

test('the plot names models by mouse and by keyboard', async () => {
  const page = await open('published.html');
  const plot = page.locator('#scatter svg');
  await plot.focus();
  await page.keyboard.press('End');
  assert.match(await page.locator('#scatter-told').innerText(), /^pnasnet_large cosyne2019 0\.5283, ImageNet top-1 0\.829/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press(' ');
  await page.keyboard.press('Home');
  assert.ok((await page.locator('.label').allTextContents()).includes('nasnet_large'));
  await page.keyboard.press('Enter');
  await showsModel(page, 'mobilenet_v1_0.25_128');
  await page.goBack();
  await page.locator('#models').waitFor();
  await page.getByLabel('Label').fill('vgg-16');
  await page.getByLabel('Label').press('Enter');
  assert.ok((await page.locator('.label').allTextContents()).includes('vgg-16'));
  await page.locator('#plot-x').selectOption({ label: 'IT' });
  assert.match(await page.locator('#scatter').locator('svg').getAttribute('aria-label'), /against IT, 61 models/);
  await close(page);
});

test('a model has its scores, neuroids and provenance', async () => {
  const page = await open('many.html', { hash: '#model=resnet-000' });
  await page.getByRole('heading', { name: 'Neuroids' }).waitFor();
  assert.equal(await page.locator('#page figure svg.strip').count(), 22);
  assert.ok(await page.getByRole('heading', { name: 'Layers' }).isVisible());
  await page.getByText('Recording2000.V1-pls, version 1').click();
  assert.ok(await page.getByText('2,560 stimuli, 25,088 features, 168 neuroids').first().isVisible());
  await page.getByText(/inputs of its scores, by hash/).click();
  assert.ok(await page.getByText('resnet-000/set/block1').isVisible());
  await page.goto(page.url().replace(/#.*/, '#model=nobody'));
  await showsModel(page, 'No such model in this report');
  await close(page);
});

test('hostile names do nothing', async () => {
  const page = await open('hostile.html');
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  const shown = await names(page);
  assert.ok(shown.includes('<script>alert(1)</script>') && shown.includes('\\u202eevil\\u202c') && shown.includes('=cmd()'));
  for (const link of await page.locator('#models tbody th a').all()) {
    const name = await link.textContent();
    await link.click();
    await showsModel(page, name);
    await page.locator('#page').locator('details').first().evaluate((d) => { d.open = true; });
    await page.getByRole('link', { name: '← All models' }).click();
    await page.locator('#models').waitFor();
  }
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  const file = path.join(folder, 'hostile.csv');
  await download.saveAs(file);
  const { readFileSync } = await import('node:fs');
  const csv = readFileSync(file, 'utf8');
  assert.match(csv, /\n\d+,'=cmd\(\),/);
  assert.doesNotMatch(csv, /(^|,|\n)"?[=+@]/);
  await close(page);
});

test('answers show the chosen benchmark and highlight a model', async () => {
  const page = await open('answers.html');
  const figures = page.locator('#answers-figures');
  assert.equal(await figures.locator('path.curve').count(), 16); // 15 models and people
  assert.equal(await figures.locator('path.band').count(), 7);
  assert.equal(await figures.locator('table.matrix tbody tr').count(), 20);
  await page.locator('#answers-model').selectOption('net-m7');
  assert.match(await figures.locator('path.curve.strong title').textContent(), /^net-m7$/);
  assert.match(await figures.innerText(), /Confusions of people[^]*Confusions of net-m7/);
  await page.locator('#answers-benchmark').selectOption({ index: 1 });
  assert.equal(await figures.locator('path.curve').count(), 0); // one condition has rows
  assert.equal(await figures.locator('figure').count(), 4);
  assert.ok((await figures.locator('path.point.people').count()) > 0);
  await close(page);
  const hostile = await open('hostile-answers.html');
  for (const index of [0, 1]) {
    await hostile.locator('#answers-benchmark').selectOption({ index });
    assert.ok((await hostile.locator('#answers-figures').innerText()).includes('<script>'));
  }
  assert.equal(await hostile.evaluate(() => window.hacked), undefined);
  await close(hostile);
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds no serious fault in ${colorScheme}`, async (t) => {
    const seen = [];
    for (const [name, hash] of [['published.html', ''], ['some.html', ''], ['some.html', '#model=resnet-000'], ['answers.html', ''], ['ties.html', ''], ['published.html', '#model=cornet_s']]) {
      const page = await open(name, { hash, colorScheme });
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
      seen.push(...await accessible(page, `${name}${hash} in ${colorScheme}`));
      await close(page);
    }
    t.diagnostic(`lesser faults: ${[...new Set(seen)].join(', ') || 'none'}`);
  });
}

test('nothing overflows a phone of 400 pixels', async () => {
  for (const [name, hash] of [['published.html', ''], ['many.html', ''], ['many.html', '#model=resnet-000'], ['hostile.html', ''], ['hostile.html', '#model=%3Dcmd()'], ['answers.html', ''], ['hostile-answers.html', ''], ['ties.html', '#model=net']]) {
    const page = await open(name, { hash, viewport: { width: 400, height: 800 } });
    await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
    assert.ok((await overflow(page)) <= 0, `${name}${hash} overflows by ${await overflow(page)} pixels`);
    if (!hash) {
      await page.getByLabel('Rank by').selectOption({ index: 1 });
      assert.ok((await overflow(page)) <= 0, `${name} overflows once sorted`);
    }
    await close(page);
  }
});

test('the board and the tables are there without a script', async () => {
  const page = await open('published.html', { javaScriptEnabled: false });
  assert.equal((await names(page)).length, 61);
  assert.ok(await page.getByText('Agreement of parts').isVisible());
  assert.ok(!(await page.locator('#filters').isVisible()));
  await page.context().close();
});

test('a print of the board and of a model has all of it', async () => {
  for (const hash of ['', '#model=resnet-000']) {
    const page = await open('many.html', { hash });
    const pdf = await page.pdf({ format: 'A4', path: path.join(folder, hash ? 'model.pdf' : 'board.pdf') });
    assert.ok(pdf.length > 20000);
    await close(page);
  }
});

test('reduced motion does not scroll smoothly', async () => {
  const page = await open('published.html', { reducedMotion: 'reduce' });
  assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), 'auto');
  await close(page);
});
