// The page of one model.

function table(label, heads, rows, caption) {
  const t = el('table', { class: 'plain' }, caption && el('caption', {}, caption),
    el('thead', {}, el('tr', {}, heads.map(([name, right]) => (name ? el('th', { scope: 'col', class: right && 'number' }, name) : el('td', {}))))),
    el('tbody', {}, rows));
  return el('div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: '0' }, t);
}

const right = (...content) => el('td', { class: 'number' }, content);

// Where the model stands among all: a tick for each, a thick one for it.
function standing(i) {
  const bounded = data.columns.some((c) => c.lows && isNumber(c.lows[i]));
  const rows = data.columns.map((c) => {
    const values = c.values.filter(isNumber);
    if (c.kind === 'benchmark' || c.depth > 0 || !isNumber(c.values[i]) || values.length < 2) return null;
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const x = (v) => +(1 + 98 * (high > low ? (v - low) / (high - low) : 0.5)).toFixed(2);
    const strip = draw('svg', { class: 'bar', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      draw('path', { class: 'all', d: values.map((v) => `M${x(v)} 2V8`).join('') }), draw('path', { class: 'one', d: `M${x(c.values[i])} 0V10` }));
    const shown = c.kind === 'metadata' ? models[i].metadata[data.metadata.indexOf(c.name)] : number(c.values[i]);
    return el('tr', {}, el('th', { scope: 'row' }, c.name), right(shown), bounded && right(c.lows && isNumber(c.lows[i]) ? range([c.lows[i], c.highs[i]]) : dash), right(`${c.ranks[i]} of ${values.length}`), el('td', {}, strip));
  }).filter(Boolean);
  return rows.length ? [el('h2', {}, 'Where it stands'), table('Standing', [['score'], ['value', true], ...(bounded ? [['95 % interval', true]] : []), ['rank', true], ['among all models']], rows)] : [];
}

const benchmarkOf = (s) => data.benchmarks[s.b];
const layerOf = (s) => data.layers[s.l];

function scoreTable(m) {
  const scale = scaleOf(m.scores.map((s) => s.r[0]), m.scores.map((s) => whiskerOf(s.r)), m.scores.map((s) => s.c[0]));
  const rows = m.scores.map((s) => el('tr', {}, el('th', { scope: 'row' }, benchmarkOf(s).name), el('td', {}, layerOf(s)),
    el('td', {}, barOf(s.r[0], whiskerOf(s.r), s.c[0], scale)), right(withError(s.r)), right(withError(s.c)), right(withError(s.s)),
    el('td', {}, (s.w || []).length ? plural(s.w.length, 'warning') : '')));
  const key = el('ul', { class: 'key', 'aria-label': 'Key' }, el('li', {}, el('span', { class: 'swatch' }), 'raw score'),
    el('li', {}, el('span', { class: 'swatch line' }), m.scores.some((s) => isNumber(s.r[2])) ? 'its 95 % interval' : 'its error'), el('li', {}, el('span', { class: 'swatch tick' }), 'noise ceiling'));
  return [el('h2', {}, 'Scores'), key,
    table('Table of scores', [['benchmark'], ['layer'], ['raw, of its ceiling'], ['raw', true], ['ceiling', true], ['score', true], ['']], rows)];
}

function histogram(s) {
  const b = benchmarkOf(s);
  const limits = s.u ? data.ceilings[s.u - 1] : null;
  const [width, height, bottom] = [320, 120, 20];
  const most = Math.max(...s.h, ...(limits || []), 1);
  const step = width / s.h.length;
  const y = (n) => (height - bottom) * (1 - n / most * 0.94);
  const x = (v) => width * (v - b.low) / (b.high - b.low);
  const svg = draw('svg', { class: 'strip', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Raw scores of ${plural(s.n[2] || s.h.reduce((a, n) => a + n, 0), 'neuroid')}, from ${short(b.low)} to ${short(b.high)}` });
  s.h.forEach((n, k) => { if (n) svg.append(draw('rect', { x: (k * step + 0.5).toFixed(1), y: y(n).toFixed(1), width: (step - 1).toFixed(1), height: (height - bottom - y(n)).toFixed(1) })); });
  if (limits) svg.append(draw('path', { class: 'limits', d: limits.map((n, k) => `${k ? 'L' : 'M'}${(k * step).toFixed(1)} ${y(n).toFixed(1)}H${((k + 1) * step).toFixed(1)}`).join('') }));
  svg.append(draw('line', { class: 'axis', x1: 0, x2: width, y1: height - bottom, y2: height - bottom }));
  if (s.q) svg.append(draw('line', { class: 'median', x1: x(s.q[2]), x2: x(s.q[2]), y1: 2, y2: height - bottom }));
  for (const t of ticks(b.low, b.high, 5)) {
    const edge = t <= b.low + 1e-9 ? 'start' : t >= b.high - 1e-9 ? 'end' : 'middle';
    svg.append(draw('text', { x: x(t).toFixed(1), y: height - 5, 'text-anchor': edge }, short(t)));
  }
  const told = s.q ? `median ${number(s.q[2], 3)}, middle half ${number(s.q[1], 3)} to ${number(s.q[3], 3)}` : 'none has a value';
  return el('figure', {}, el('figcaption', {}, el('b', {}, b.name), ' ', el('span', { class: 'muted' }, `${layerOf(s)}: ${told}${s.x ? `; ${s.x} without a value` : ''}`)), svg);
}

// So many plots at once; more on demand.
const plotsAtOnce = 24;

function neuroids(m) {
  const having = m.scores.filter((s) => s.h);
  if (!having.length) return [];
  const grid = el('div', { class: 'multiples' }, having.slice(0, plotsAtOnce).map(histogram));
  const more = having.length > plotsAtOnce && el('button', { type: 'button', class: 'quiet' }, `Show all ${having.length}`);
  if (more) more.addEventListener('click', () => { grid.append(...having.slice(plotsAtOnce).map(histogram)); more.remove(); });
  const key = el('ul', { class: 'key', 'aria-label': 'Key' }, el('li', {}, el('span', { class: 'swatch' }), 'neuroids by raw score'),
    el('li', {}, el('span', { class: 'swatch tick' }), 'neuroids by ceiling'), el('li', {}, el('span', { class: 'swatch line' }), 'median'));
  return [el('h2', {}, 'Neuroids'), key, grid, more];
}

function layerTables(m) {
  if (!m.curves.length) return [];
  return [el('h2', {}, 'Layers'), m.curves.map((c) => {
    const scale = scaleOf(c.values);
    const rows = c.layers.map((l, k) => el('tr', {}, el('th', { scope: 'row' }, data.layers[l]), right(number(c.values[k])),
      el('td', {}, barOf(c.values[k], null, null, scale), k === c.best ? ' best' : '')));
    return table(`Layers, ${c.region}`, [['layer'], [data.of, true], ['']], rows, `${c.region}: mean of ${plural(c.of, 'benchmark')}, ${data.of}`);
  })];
}

function timeBins(m) {
  const having = m.scores.filter((s) => s.t);
  if (!having.length) return [];
  return [el('h2', {}, 'In time'), having.map((s) => {
    const scale = scaleOf(s.t.map((t) => t[2]), null, s.t.map((t) => t[3]));
    return table(`${benchmarkOf(s).name} in time`, [['time bin (ms)'], ['raw', true], ['ceiling', true], ['score', true], ['']],
      s.t.map((t) => el('tr', {}, el('th', { scope: 'row' }, `${short(t[0])} to ${short(t[1])}`), right(number(t[2])), right(number(t[3])), right(number(t[4])), el('td', {}, barOf(t[2], null, t[3], scale)))),
      `${benchmarkOf(s).name}, layer ${layerOf(s)}`);
  })];
}

function subjects(m) {
  const having = m.scores.filter((s) => s.p);
  if (!having.length) return [];
  return [el('h2', {}, 'Subjects'), having.map((s) => {
    const scale = scaleOf(s.p.map((p) => p.v[0]), null, s.p.map((p) => p.v[1]));
    return table(`${benchmarkOf(s).name} by subject`, [['subject'], ['raw', true], ['ceiling', true], ['score', true], ['neuroids', true], ['']],
      s.p.map((p) => el('tr', {}, el('th', { scope: 'row' }, p.name), right(number(p.v[0])), right(number(p.v[1])), right(number(p.v[2])), right(String(p.v[3])), el('td', {}, barOf(p.v[0], null, p.v[1], scale)))),
      `${benchmarkOf(s).name}, layer ${layerOf(s)}`);
  })];
}

// Messages, each once with all that it is about.
function problems(m) {
  const about = new Map();
  for (const s of m.scores) {
    for (const w of s.w || []) about.set(w, [...(about.get(w) || []), `${benchmarkOf(s).name} (${layerOf(s)})`]);
  }
  const names = (list) => list.slice(0, 3).join(', ') + (list.length > 3 ? ` and ${list.length - 3} more` : '');
  const warnings = [...about].map(([w, list]) => el('li', {}, `${names(list)}: ${data.messages[w]}`));
  const failures = m.failures.map((f) => el('li', {}, el('b', {}, `${f.benchmark}${f.layer ? ` (${f.layer})` : ''} failed: `), data.messages[f.error]));
  return warnings.length || failures.length ? [el('h2', {}, 'Warnings and failures'), el('ul', { class: 'messages' }, failures, warnings)] : [];
}

function fact(name, ...content) { return [el('dt', {}, name), el('dd', {}, content)]; }

const sizes = ['stimuli', 'features', 'neuroids', 'trials', 'subjects'];

// One benchmark, with the layers that were scored on it.
function making(scores) {
  const b = benchmarkOf(scores[0]);
  const metric = data.metrics[b.metric];
  const each = (what) => [...new Set(scores.map(what))].join('; ');
  const layer = (s) => (scores.length > 1 ? `${layerOf(s)}: ` : '');
  const counts = (s) => layer(s) + sizes.map((name, k) => (s.n[k] ? `${s.n[k].toLocaleString('en')} ${name}` : null)).filter(Boolean).join(', ');
  const penalties = scores.filter((s) => s.a).map((s) => `${layer(s)}α from ${short(s.a[0])} to ${short(s.a[2])}, median ${short(s.a[1])}`).join('; ');
  const source = (s) => {
    const f = data.sources[s.f];
    return f ? `brainscore ${f.version || 'of unknown version'}${f.go ? ', ' + f.go : ''}; read from ${f.path}` : dash;
  };
  const intervals = scores.filter((s) => isNumber(s.r[2])).map((s) => `${layer(s)}raw ${range(s.r.slice(2))}${isNumber(s.s[2]) ? ', score ' + range(s.s.slice(2)) : ''}`).join('; ');
  const splits = Math.max(...scores.map((s) => s.k || 0));
  return el('details', {}, el('summary', {}, `${b.name}, version ${each((s) => s.v)}`), el('dl', { class: 'facts' },
    fact('Counts in', b.parent || 'no composite'), fact('Region', b.region || dash), fact(scores.length > 1 ? 'Layers' : 'Layer', scores.map(layerOf).join(', ')),
    fact('Metric', `${metric.name}${metric.summary ? ': ' + metric.summary : ''}`), metric.formula && fact('Formula', metric.formula),
    fact('Sizes', scores.map(counts).join('; ') || dash), intervals && fact('95 % intervals', intervals), splits > 0 && fact('Mean of', plural(splits, 'split')), penalties && fact('Penalties', penalties),
    fact('Computed by', each(source))),
  b.definition ? [el('p', { class: 'note' }, `Definition, ${b.origin}:`), el('pre', { tabindex: '0' }, b.definition)] : el('p', { class: 'note' }, 'No definition of this version is at hand.'));
}

function provenance(m) {
  const out = [el('h2', {}, 'How these numbers were made')];
  if (m.table >= 0) out.push(el('p', {}, `Its parts are those of ${data.sources[m.table].path}${data.sources[m.table].where ? ', rows of ' + data.sources[m.table].where : ''}.`));
  const by = new Map();
  for (const s of m.scores) by.set(s.b, [...(by.get(s.b) || []), s]);
  out.push([...by.values()].map(making));
  const from = [...new Set(m.scores.map((s) => s.f))];
  const inputs = [...m.inputs, ...from.flatMap((f) => data.sources[f]?.inputs || [])];
  if (inputs.length) {
    out.push(el('details', {}, el('summary', {}, `The ${plural(inputs.length, 'input')} of its scores, by hash`),
      table('Inputs', [['input'], ['hash of its content']], inputs.map(([path, hash]) => el('tr', {}, el('th', { scope: 'row' }, path), el('td', { class: 'hash' }, hash))))));
  }
  return out;
}

function modelPage(i) {
  const m = models[i];
  const by = data.columns[data.by];
  const facts = [];
  if (by.ranks[i]) facts.push(fact('Rank', `${by.ranks[i]} of ${by.ranks.filter(Boolean).length} by ${by.name}`));
  if (m.why) facts.push(fact(data.composite, `not formed: lacks ${m.why}`));
  data.metadata.forEach((name, k) => { if (m.metadata[k] && !data.columns.some((c) => c.kind === 'metadata' && c.name === name)) facts.push(fact(name, isolated(m.metadata[k]))); });
  return [el('p', { class: 'back' }, el('a', { href: '#board' }, '← All models')), el('h1', { tabindex: '-1', id: 'model-name' }, isolated(m.name)),
    facts.length ? el('dl', { class: 'facts' }, facts) : null,
    [standing(i), treeOf(i), m.scores.length ? scoreTable(m) : [], problems(m), layerTables(m), neuroids(m), timeBins(m), subjects(m), provenance(m)].map((part) => (part.length ? el('section', {}, part) : null))];
}
