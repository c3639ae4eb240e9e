// What all parts use: the page's data, elements, numbers, the theme.

const data = JSON.parse(document.getElementById('data').textContent);
const models = data.models;
for (const m of models) {
  for (const list of ['scores', 'failures', 'curves', 'inputs']) m[list] ||= [];
}
const find = (id) => document.getElementById(id);
const dash = '–';

// Names of others reach the page here alone, as text.
function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child.nodeType ? child : document.createTextNode(child));
    }
  }
  return node;
}

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  return append(node, children);
}

function draw(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  return append(node, children);
}

const isolated = (text) => el('bdi', {}, text);
const number = (v, digits = 4) => (v === null || v === undefined ? dash : v.toFixed(digits).replace('-', '−'));
const short = (v) => (v === null || v === undefined ? dash : String(+v.toPrecision(4)).replace('-', '−'));
const withError = (pair) => number(pair[0]) + (pair[0] !== null && pair[1] !== null ? ' ± ' + number(pair[1]) : '');
const linkTo = (i) => '#model=' + encodeURIComponent(models[i].name);
const modelLink = (i) => el('a', { href: linkTo(i) }, isolated(models[i].name));
const plural = (n, one) => n + ' ' + one + (n === 1 ? '' : 's');
const columnName = (c) => (c.kind === 'metadata' && c.name === 'imagenet_top1' ? 'ImageNet top-1' : c.name);

// Values take an axis's ticks from 1, 2 and 5 times a power of ten.
function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
  const out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push(+(k * step).toPrecision(10));
  return out;
}

// Families differ by shape as well as by colour.
const shapes = [
  'M0-4.5A4.5 4.5 0 1 1 0 4.5 4.5 4.5 0 1 1 0-4.5Z', 'M-4-4H4V4H-4Z', 'M0-5.2 5 4H-5Z', 'M0-5.6 5.6 0 0 5.6-5.6 0Z',
  'M0 5.2 5-4H-5Z', 'M-1.7-5H1.7V-1.7H5V1.7H1.7V5H-1.7V1.7H-5V-1.7H-1.7Z', 'M0-5.4 5.1-1.7 3.2 4.4H-3.2L-5.1-1.7Z', 'M0-3A3 3 0 1 1 0 3 3 3 0 1 1 0-3Z',
];
const shapeOf = (family) => shapes[family < 0 ? 0 : family];
const colourOf = (family) => (family < 0 ? 'f0' : 'f' + family);
const familyColumn = data.metadata.indexOf('family');
const familyName = (m) => (familyColumn < 0 ? '' : m.metadata[familyColumn]);

// A score's bar, with the whisker of its interval or error and the tick of its
// ceiling.
function barOf(value, whisker, ceiling, scale) {
  const x = (v) => +(100 * (v - scale.low) / (scale.high - scale.low)).toFixed(2);
  const bar = draw('svg', { class: 'bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' });
  if (value === null || value === undefined) return bar;
  const from = x(Math.min(value, 0));
  bar.append(draw('rect', { x: from, y: 2, width: +(x(Math.max(value, 0)) - from).toFixed(2), height: 6 }));
  if (whisker) bar.append(draw('path', { class: 'whisker', d: `M${x(whisker[0])} 5H${x(whisker[1])}` }));
  if (isNumber(ceiling)) bar.append(draw('path', { class: 'ceiling', d: `M${x(ceiling)} 0V10` }));
  return bar;
}

const aroundError = (v, error) => (isNumber(v) && isNumber(error) ? [v - error, v + error] : null);
// What is drawn of a score's uncertainty: its interval, else its error.
const whiskerOf = (pair) => (isNumber(pair[2]) ? [pair[2], pair[3]] : aroundError(pair[0], pair[1]));
const whiskersOf = (c) => c.values.map((v, i) => (c.lows ? (isNumber(c.lows[i]) ? [c.lows[i], c.highs[i]] : null) : aroundError(v, c.errors?.[i])));
const range = (ends) => `[${number(ends[0])}, ${number(ends[1])}]`;
const isNumber = (v) => typeof v === 'number';

// The scale takes in all values with their errors and ceilings, and 0.
function scaleOf(values, whiskers, ceilings) {
  const scale = { low: 0, high: 0 };
  const take = (v) => {
    if (isNumber(v)) {
      scale.low = Math.min(scale.low, v);
      scale.high = Math.max(scale.high, v);
    }
  };
  values.forEach((v, i) => {
    take(v);
    if (whiskers && whiskers[i]) whiskers[i].forEach(take);
    if (ceilings) take(ceilings[i]);
  });
  if (scale.low === scale.high) scale.high = scale.low + 1;
  return scale;
}

// The theme is the system's unless the reader chose one. A file may be denied
// storage.
const themes = ['system', 'light', 'dark'];
function remember(theme) {
  try { localStorage.setItem('brainscore-theme', theme); } catch { /* then for this time only */ }
}
function recall() {
  try { return localStorage.getItem('brainscore-theme'); } catch { return null; }
}
function setTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  find('theme-name').textContent = 'Theme: ' + theme;
}
setTheme(themes.includes(recall()) ? recall() : 'system');
find('theme').addEventListener('click', () => {
  const theme = themes[(themes.indexOf(document.documentElement.dataset.theme || 'system') + 1) % themes.length];
  setTheme(theme);
  remember(theme);
});

document.documentElement.classList.add('script');
for (const node of document.querySelectorAll('[data-script]')) node.hidden = false;
