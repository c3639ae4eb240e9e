// The answers of models and people on one benchmark: accuracy by condition, shape bias by
// category, confusions and error consistency. One model is highlighted.

const answered = data.answers || [];
const diamond = shapes[3];
const namesOf = (observers, kind) => observers.map((o, i) => i).filter((i) => observers[i].kind === kind);
const cut = (text, length) => (text.length <= length ? text : text.slice(0, Math.ceil(length / 2)) + '…' + text.slice(-Math.floor(length / 2) + 1));

// The smallest and largest of the figures of subjects.
function limitsOf(values) {
  const all = values.filter(isNumber);
  return all.length ? [Math.min(...all), Math.max(...all)] : null;
}

function answersPicture(width, height, label, ...children) {
  return draw('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label }, ...children);
}

// Accuracy by condition: lines of models, and of people with the band of subjects.
function accuracyLines(a, chosen, width) {
  const [people] = namesOf(a.observers, 'people');
  const subjects = namesOf(a.observers, 'subject');
  const frame = { left: 36, right: 12, top: 10, bottom: 42 };
  const height = Math.round(Math.min(420, Math.max(260, width * 0.62)));
  const count = a.conditions.length;
  const x = (k) => frame.left + 10 + (width - frame.left - frame.right - 20) * k / (count - 1);
  const y = (v) => height - frame.bottom - (height - frame.top - frame.bottom) * v;
  const svg = answersPicture(width, height, `Accuracy by ${a.by}, ${plural(namesOf(a.observers, 'model').length, 'model')}`);
  for (const t of [0, 0.2, 0.4, 0.6, 0.8, 1]) {
    svg.append(draw('line', { class: 'gridline', x1: frame.left, x2: width - frame.right, y1: y(t), y2: y(t) }), draw('text', { x: frame.left - 6, y: y(t) + 4, 'text-anchor': 'end' }, short(t)));
  }
  const longest = Math.max(...a.conditions.map((c) => Math.min(c.length, 14)));
  const step = Math.ceil((longest + 1) * 7 / ((width - frame.left - frame.right) / count));
  a.conditions.forEach((c, k) => {
    if (k % step === 0) svg.append(draw('text', { x: x(k), y: height - frame.bottom + 18, 'text-anchor': 'middle' }, cut(c, 14)));
  });
  svg.append(draw('text', { class: 'title', x: width - frame.right, y: height - 6, 'text-anchor': 'end' }, cut(a.by, 40)));
  const limits = a.conditions.map((_, k) => limitsOf(subjects.map((i) => a.accuracy[i][k])));
  for (let k = 0; k + 1 < count; k++) {
    const [p, q] = [limits[k], limits[k + 1]];
    if (p && q) svg.append(draw('path', { class: 'band', d: `M${x(k)} ${y(p[0])}L${x(k)} ${y(p[1])}L${x(k + 1)} ${y(q[1])}L${x(k + 1)} ${y(q[0])}Z` }));
  }
  const line = (i, style) => {
    let pen = 'M';
    let path = '';
    a.accuracy[i].forEach((v, k) => {
      path += isNumber(v) ? `${pen}${x(k).toFixed(1)} ${y(v).toFixed(1)}` : '';
      pen = isNumber(v) ? 'L' : 'M';
    });
    svg.append(draw('path', { class: `curve ${style}`, d: path || 'M0 0' }, draw('title', {}, a.observers[i].name)));
    a.accuracy[i].forEach((v, k) => {
      if (isNumber(v) && style) svg.append(draw('path', { class: `point ${style}`, d: style === 'people' ? diamond : shapes[0], transform: `translate(${x(k).toFixed(1)} ${y(v).toFixed(1)})` }, draw('title', {}, `${a.observers[i].name}, ${a.conditions[k]}: ${number(v)}`)));
    });
  };
  for (const i of namesOf(a.observers, 'model')) if (i !== chosen) line(i, '');
  if (people !== undefined) line(people, 'people');
  if (chosen >= 0) line(chosen, 'strong');
  return svg;
}

// Rows of points between 0 and 1, each with the range of subjects.
function rowsPicture(rows, label, axisName, width) {
  const longest = Math.max(...rows.map((r) => Math.min(r.name.length, 22)));
  const frame = { left: Math.min(width * 0.4, longest * 7.2 + 14), right: 14, top: 6, bottom: 40 };
  const pitch = 22;
  const height = frame.top + frame.bottom + rows.length * pitch;
  const x = (v) => frame.left + (width - frame.left - frame.right) * v;
  const svg = answersPicture(width, height, label);
  for (const t of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(draw('line', { class: 'gridline', x1: x(t), x2: x(t), y1: frame.top, y2: height - frame.bottom }), draw('text', { x: x(t), y: height - frame.bottom + 16, 'text-anchor': 'middle' }, short(t)));
  }
  svg.append(draw('text', { class: 'title', x: width - frame.right, y: height - 6, 'text-anchor': 'end' }, axisName));
  rows.forEach((r, k) => {
    const y = frame.top + (k + 0.5) * pitch;
    svg.append(draw('text', { class: r.title ? 'title' : null, x: frame.left - 8, y: y + 4, 'text-anchor': 'end' }, cut(r.name, Math.floor((frame.left - 8) / 7.2))));
    if (r.limits) svg.append(draw('line', { class: 'limits-of', x1: x(r.limits[0]), x2: x(r.limits[1]), y1: y, y2: y }));
    for (const p of r.points) {
      if (isNumber(p.value)) svg.append(draw('path', { class: `point ${p.style}`, d: p.style === 'people' ? diamond : shapes[0], transform: `translate(${x(p.value).toFixed(1)} ${y})` }, draw('title', {}, `${p.name}, ${r.name}: ${number(p.value)}`)));
    }
  });
  return svg;
}

// The points of models and people, the highlighted ones last.
function pointsOf(a, chosen, value) {
  const point = (i, style) => ({ name: a.observers[i].name, value: value(i), style });
  const points = namesOf(a.observers, 'model').filter((i) => i !== chosen).map((i) => point(i, ''));
  for (const i of namesOf(a.observers, 'people')) points.push(point(i, 'people'));
  if (chosen >= 0) points.push(point(chosen, 'strong'));
  return points;
}

function accuracyRows(a, chosen, width) {
  const value = (i) => a.accuracy[i][0];
  const ordered = namesOf(a.observers, 'model').sort((i, j) => value(j) - value(i));
  const rows = namesOf(a.observers, 'people').map((i) => ({ name: 'people', title: true, limits: limitsOf(namesOf(a.observers, 'subject').map(value)), points: [{ name: 'people', value: value(i), style: 'people' }] }));
  rows.push(...ordered.map((i) => ({ name: a.observers[i].name, title: i === chosen, points: [{ name: a.observers[i].name, value: value(i), style: i === chosen ? 'strong' : '' }] })));
  return rowsPicture(rows, `Accuracy of ${plural(ordered.length, 'model')}`, 'accuracy', width);
}

function biasRows(a, chosen, width) {
  const rows = a.bias.categories.map((name, k) => {
    const value = (i) => a.bias.values[i]?.[k];
    return { name, title: k === 0, limits: limitsOf(namesOf(a.observers, 'subject').map(value)), points: pointsOf(a, chosen, value) };
  });
  return rowsPicture(rows, `Shape bias in ${plural(a.bias.categories.length - 1, 'category')}`.replace('categorys', 'categories'), '0 texture, 1 shape', width);
}

// What was chosen for what was shown.
function confusionPicture(a, observer, width) {
  const { truths, choices, counts } = a.confusion;
  const longest = Math.min(12, Math.max(...choices.map((c) => c.length)));
  const side = longest * 6.4 + 8;
  const cell = Math.min(26, (width - side) / choices.length);
  const small = cell < 12 ? 'small' : null;
  const height = cell * truths.length + side;
  const svg = answersPicture(side + cell * choices.length, height, `Confusions of ${a.observers[observer].name}: rows are what was shown, columns what was chosen`);
  truths.forEach((truth, i) => {
    const row = counts[observer][i];
    const total = row.reduce((sum, n) => sum + n, 0);
    svg.append(draw('text', { x: side - 5, y: cell * (i + 0.5) + 4, 'text-anchor': 'end', class: small }, cut(truth, 12)));
    row.forEach((n, k) => {
      if (n) svg.append(draw('rect', { class: 'heat', x: (side + cell * k).toFixed(2), y: (cell * i).toFixed(2), width: cell.toFixed(2), height: cell.toFixed(2), 'fill-opacity': (n / total).toFixed(3) }, draw('title', {}, `${truth} → ${choices[k]}: ${n} of ${total}`)));
    });
  });
  choices.forEach((choice, k) => svg.append(draw('text', { 'text-anchor': 'end', class: small, transform: `translate(${(side + cell * (k + 0.5) + 4).toFixed(1)} ${(cell * truths.length + 5).toFixed(1)}) rotate(-90)` }, cut(choice, 12))));
  svg.append(draw('rect', { class: 'box', x: side, y: 0, width: cell * choices.length, height: cell * truths.length }));
  return svg;
}

function kappaTable(a, chosen) {
  const names = a.observers.map((o, i) => i).filter((i) => a.observers[i].kind !== 'people');
  const shade = (v) => (v === null ? 'none' : (v < 0 ? 'n' : 'p') + Math.round(10 * Math.abs(v)));
  const value = (i, j) => (i > j ? a.kappa[i][j] : a.kappa[j][i]);
  const name = (i) => (names[i] === chosen ? el('b', {}, isolated(a.observers[names[i]].name)) : isolated(a.observers[names[i]].name));
  const head = el('tr', {}, el('td', {}), names.map((_, i) => el('th', { scope: 'col' }, el('span', {}, name(i)))));
  const body = names.map((_, i) => el('tr', {}, el('th', { scope: 'row' }, name(i)), names.map((__, j) => (i === j ? el('td', { class: 'self' }) : el('td', { class: shade(value(i, j)) }, number(value(i, j), 2))))));
  return el('div', { class: 'scroll', role: 'region', 'aria-label': 'Error consistency', tabindex: '0' },
    el('table', { class: 'matrix many' }, el('caption', {}, 'Error consistency: Cohen’s κ of being right or wrong on the same stimuli' + (a.conditions.length > 1 ? ', mean over conditions' : '')), el('thead', {}, head), el('tbody', {}, body)));
}

function drawAnswers() {
  const holder = find('answers-figures');
  if (!holder || !holder.clientWidth) return;
  const a = answered[+find('answers-benchmark').value];
  const chosen = a.observers.findIndex((o) => o.kind === 'model' && o.name === find('answers-model').value);
  const [people] = namesOf(a.observers, 'people');
  const subjects = namesOf(a.observers, 'subject').length;
  const key = (shape, style, text) => el('li', {}, draw('svg', { viewBox: '-7 -7 14 14', 'aria-hidden': 'true' }, draw('path', { class: `point ${style}`, d: shape })), text);
  find('answers-key').replaceChildren(...[people === undefined ? null : key(diamond, 'people', `people, with the range of ${plural(subjects, 'subject')}`),
    chosen < 0 ? null : key(shapes[0], 'strong', isolated(a.observers[chosen].name)), key(shapes[0], '', 'other models')].filter(Boolean));
  const gap = 32;
  const column = holder.clientWidth >= 2 * 416 + gap ? (holder.clientWidth - gap) / 2 : holder.clientWidth;
  const figure = (caption, picture, whole) => el('figure', { class: whole ? 'whole' : null }, el('figcaption', {}, caption), picture);
  const accuracy = a.conditions.length > 1 ? accuracyLines : accuracyRows;
  const figures = [figure(el('b', {}, 'Accuracy'), accuracy(a, chosen, a.bias ? column : holder.clientWidth), !a.bias)];
  if (a.bias) figures.push(figure(el('b', {}, 'Shape bias by category'), biasRows(a, chosen, column)));
  if (a.confusion) {
    for (const i of [people, chosen]) {
      if (i >= 0 && a.confusion.counts[i]) figures.push(figure([el('b', {}, 'Confusions of ', isolated(a.observers[i].name)), ' ', el('span', { class: 'muted' }, 'rows: shown; columns: chosen')], confusionPicture(a, i, Math.min(column, 560))));
    }
  }
  if (a.kappa) figures.push(el('div', { class: 'whole' }, kappaTable(a, chosen)));
  holder.replaceChildren(...figures);
}

// The models of the chosen benchmark to highlight, the highlighted one kept if it has it.
function listAnswering() {
  const former = find('answers-model').value;
  const a = answered[+find('answers-benchmark').value];
  const names = namesOf(a.observers, 'model').map((i) => a.observers[i].name);
  find('answers-model').replaceChildren(...names.map((name) => el('option', { value: name }, name)));
  if (names.includes(former)) find('answers-model').value = former;
  drawAnswers();
}

function setUpAnswers() {
  if (!find('answers-benchmark')) return;
  find('answers-benchmark').append(...answered.map((a, i) => el('option', { value: i }, a.benchmark)));
  find('answers-benchmark').addEventListener('change', listAnswering);
  find('answers-model').addEventListener('change', drawAnswers);
  listAnswering();
}
