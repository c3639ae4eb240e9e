// Any score against metadata or another score.

const scatter = { points: [], kept: new Set(), here: -1, svg: null };

function correlation(xs, ys) {
  const mean = (v) => v.reduce((a, b) => a + b, 0) / v.length;
  const mx = mean(xs);
  const my = mean(ys);
  let xy = 0;
  let xx = 0;
  let yy = 0;
  xs.forEach((x, i) => { xy += (x - mx) * (ys[i] - my); xx += (x - mx) ** 2; yy += (ys[i] - my) ** 2; });
  return xs.length > 2 && xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function axis(values, about) {
  let low = Math.min(...values);
  let high = Math.max(...values);
  const pad = (high - low || Math.abs(high) || 1) * 0.06;
  low -= pad;
  high += pad;
  return { low, high, ticks: ticks(low, high, about) };
}

function drawScatter() {
  const holder = find('scatter');
  if (!holder || !holder.clientWidth) return;
  const cx = data.columns[+find('plot-x').value];
  const cy = data.columns[+find('plot-y').value];
  const at = models.map((_, i) => i).filter((i) => isNumber(cx.values[i]) && isNumber(cy.values[i]));
  const width = Math.max(280, Math.round(holder.clientWidth));
  const height = Math.round(Math.min(480, Math.max(280, width * 0.56)));
  const frame = { left: 52, right: 14, top: 24, bottom: 44 };
  holder.replaceChildren();
  scatter.points = [];
  scatter.here = -1;
  if (at.length === 0) {
    holder.append(el('p', { class: 'muted' }, 'No model has both.'));
    find('scatter-told').textContent = '';
    return;
  }
  const ax = axis(at.map((i) => cx.values[i]), width / 110);
  const ay = axis(at.map((i) => cy.values[i]), height / 70);
  const x = (v) => frame.left + (width - frame.left - frame.right) * (v - ax.low) / (ax.high - ax.low);
  const y = (v) => height - frame.bottom - (height - frame.top - frame.bottom) * (v - ay.low) / (ay.high - ay.low);
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, tabindex: '0', role: 'application', 'aria-roledescription': 'scatter plot',
    'aria-label': `${columnName(cy)} against ${columnName(cx)}, ${plural(at.length, 'model')}` });
  for (const t of ay.ticks) {
    svg.append(draw('line', { class: 'gridline', x1: frame.left, x2: width - frame.right, y1: y(t), y2: y(t) }));
    svg.append(draw('text', { x: frame.left - 8, y: y(t) + 4, 'text-anchor': 'end' }, short(t)));
  }
  for (const t of ax.ticks) svg.append(draw('text', { x: x(t), y: height - frame.bottom + 18, 'text-anchor': 'middle' }, short(t)));
  svg.append(draw('line', { class: 'axis', x1: frame.left, x2: width - frame.right, y1: height - frame.bottom, y2: height - frame.bottom }));
  svg.append(draw('text', { class: 'title', x: frame.left, y: 12 }, columnName(cy)));
  svg.append(draw('text', { class: 'title', x: width - frame.right, y: height - 6, 'text-anchor': 'end' }, columnName(cx) + ' →'));
  const marks = draw('g');
  const order = [...at].sort((a, b) => Number(board.shown[a]) - Number(board.shown[b]) || a - b);
  for (const i of order) {
    const p = { i, x: x(cx.values[i]), y: y(cy.values[i]), vx: cx.values[i], vy: cy.values[i] };
    p.mark = draw('path', { class: `mark ${board.shown[i] ? colourOf(models[i].family) : 'dim'}`, d: shapeOf(models[i].family), transform: `translate(${p.x.toFixed(1)} ${p.y.toFixed(1)})` });
    marks.append(p.mark);
    scatter.points.push(p);
  }
  scatter.points.sort((a, b) => a.x - b.x || a.y - b.y || a.i - b.i);
  const labels = draw('g', { 'aria-hidden': 'true' });
  svg.append(marks, labels);
  holder.append(svg);
  Object.assign(scatter, { svg, labels, width, height, frame, cx, cy });
  svg.addEventListener('pointermove', (event) => point(nearest(event)));
  svg.addEventListener('pointerleave', () => point(-1));
  svg.addEventListener('click', (event) => keep(nearest(event)));
  svg.addEventListener('keydown', onPlotKey);
  svg.addEventListener('blur', () => point(-1));
  point(-1);
}

function nearest(event) {
  const box = scatter.svg.getBoundingClientRect();
  const px = (event.clientX - box.left) * scatter.width / box.width;
  const py = (event.clientY - box.top) * scatter.height / box.height;
  let best = -1;
  let least = 26 ** 2;
  scatter.points.forEach((p, k) => {
    const d = (p.x - px) ** 2 + (p.y - py) ** 2 + (board.shown[p.i] ? 0 : 60);
    if (d < least) { least = d; best = k; }
  });
  return best;
}

function onPlotKey(event) {
  const last = scatter.points.length - 1;
  const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (step) point(scatter.here < 0 ? (step > 0 ? 0 : last) : Math.min(last, Math.max(0, scatter.here + step)));
  else if (event.key === 'Home') point(0);
  else if (event.key === 'End') point(last);
  else if (event.key === ' ') keep(scatter.here);
  else if (event.key === 'Enter' && scatter.here >= 0) location.hash = linkTo(scatter.points[scatter.here].i);
  else if (event.key === 'Escape') { scatter.kept.clear(); point(-1); } else return;
  event.preventDefault();
}

function keep(k) {
  if (k < 0) return;
  const { i } = scatter.points[k];
  if (!scatter.kept.delete(i)) scatter.kept.add(i);
  point(k);
}

// point names one model, and tells its figures.
function point(k) {
  scatter.points[scatter.here]?.mark.classList.remove('here');
  scatter.here = k;
  const told = find('scatter-told');
  if (k >= 0) {
    const p = scatter.points[k];
    p.mark.classList.add('here');
    told.replaceChildren(modelLink(p.i), ` ${columnName(scatter.cy)} ${short(p.vy)}, ${columnName(scatter.cx)} ${short(p.vx)}.`);
  } else {
    const of = scatter.points.filter((p) => board.shown[p.i]);
    const r = correlation(of.map((p) => p.vx), of.map((p) => p.vy));
    told.textContent = `${plural(of.length, 'model')}${filtered() ? ' of the filter' : ''}${r === null ? '' : ', Pearson r ' + number(r, 3)}.`;
  }
  placeLabels();
}

// Labels: the one pointed at, those kept, those of a narrow filter, and else the
// ends of the cloud; none over another, unless it was asked for.
function placeLabels() {
  const wanted = [];
  const add = (p, asked) => { if (p && !wanted.some((w) => w.p === p)) wanted.push({ p, asked }); };
  add(scatter.points[scatter.here], true);
  scatter.points.filter((p) => scatter.kept.has(p.i)).forEach((p) => add(p, true));
  const shown = scatter.points.filter((p) => board.shown[p.i]);
  if (filtered() && shown.length <= 15) shown.forEach((p) => add(p, false));
  const high = [...shown].sort((a, b) => b.vy - a.vy);
  high.slice(0, 3).forEach((p) => add(p, false));
  add(shown[shown.length - 1], false);
  add(high[high.length - 1], false);
  add(shown[0], false);
  const taken = [];
  scatter.labels.replaceChildren();
  for (const { p, asked } of wanted) {
    const name = models[p.i].name.length > 40 ? models[p.i].name.slice(0, 39) + '…' : models[p.i].name;
    const wide = name.length * 6.7 + 4;
    const places = [[9, 4, 'start'], [-9, 4, 'end'], [0, -10, 'middle'], [0, 19, 'middle'], [8, -8, 'start'], [8, 16, 'start'], [-8, -8, 'end'], [-8, 16, 'end']].map(([dx, dy, anchor]) => {
      const left = p.x + dx - (anchor === 'end' ? wide : anchor === 'middle' ? wide / 2 : 0);
      return { x: p.x + dx, y: p.y + dy, anchor, box: [left, p.y + dy - 11, left + wide, p.y + dy + 4] };
    });
    const inside = places.filter(({ box }) => box[0] > 2 && box[2] < scatter.width - 2 && box[1] > 14 && box[3] < scatter.height - scatter.frame.bottom);
    // Of the places that no other label takes, the one over the fewest marks.
    const marks = ({ box }) => scatter.points.filter((q) => q !== p && q.x > box[0] - 4 && q.x < box[2] + 4 && q.y > box[1] - 2 && q.y < box[3] + 4).length;
    const free = inside.filter(({ box }) => taken.every((t) => box[2] < t[0] || box[0] > t[2] || box[3] < t[1] || box[1] > t[3]));
    const least = Math.min(...free.map(marks));
    const place = free.find((f) => marks(f) === least) || (asked ? inside[0] || places[0] : null);
    if (!place) continue;
    taken.push(place.box);
    scatter.labels.append(draw('text', { class: 'label', x: place.x.toFixed(1), y: place.y.toFixed(1), 'text-anchor': place.anchor }, name));
  }
}

function setUpScatter() {
  if (!find('plot-x')) return;
  find('plot-x').value = String(data.against);
  find('plot-y').value = String(data.by);
  for (const id of ['plot-x', 'plot-y']) find(id).addEventListener('change', drawScatter);
  find('names').append(...models.map((m) => el('option', { value: m.name })));
  find('plot-label').addEventListener('change', (event) => {
    const i = models.findIndex((m) => m.name === event.target.value);
    if (i < 0) return;
    scatter.kept.add(i);
    event.target.value = '';
    point(scatter.points.findIndex((p) => p.i === i));
  });
  const families = data.families.map((name, f) => [name, f]);
  if (models.some((m) => m.family === 7)) families.push(['other families', 7]);
  find('legend').append(...families.map(([name, f]) => el('li', {}, draw('svg', { viewBox: '-7 -7 14 14', 'aria-hidden': 'true' }, draw('path', { class: colourOf(f), d: shapeOf(f), fill: `var(--f${f})` })), isolated(name))));
  find('legend').hidden = families.length === 0;
  board.listeners.push(drawScatter);
}
