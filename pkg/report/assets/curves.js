// Layer curves by region, one small plot a region.

const regions = [...new Set(models.flatMap((m) => m.curves.map((c) => c.region)))].sort();

function curvePath(curve, x, y) {
  let path = '';
  let pen = 'M';
  curve.values.forEach((v, k) => {
    if (!isNumber(v)) { pen = 'M'; return; }
    path += `${pen}${x(k / (curve.values.length - 1)).toFixed(1)} ${y(v).toFixed(1)}`;
    pen = 'L';
  });
  return path;
}

function drawCurves() {
  const holder = find('curves');
  if (!holder) return;
  const chosen = +find('curve-model').value;
  const of = (region) => models.map((m, i) => ({ i, curve: m.curves.find((c) => c.region === region) })).filter(({ i, curve }) => curve && (board.shown[i] || i === chosen));
  holder.replaceChildren(...regions.map((region) => {
    const all = of(region);
    const [width, height, left, bottom] = [320, 200, 40, 22];
    const values = all.flatMap(({ curve }) => curve.values).filter(isNumber);
    const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Layer curves of ${region}, ${plural(all.length, 'model')}` });
    const caption = el('figcaption', {}, el('b', {}, region || dash), ' ');
    if (values.length === 0) return el('figure', {}, caption, el('p', { class: 'muted' }, 'No model of the filter has layers scored here.'));
    const ay = axis(values, 4);
    const x = (v) => left + (width - left - 8) * v;
    const y = (v) => height - bottom - (height - bottom - 10) * (v - ay.low) / (ay.high - ay.low);
    for (const t of ay.ticks) {
      svg.append(draw('line', { class: 'gridline', x1: left, x2: width, y1: y(t), y2: y(t) }), draw('text', { x: left - 6, y: y(t) + 4, 'text-anchor': 'end' }, short(t)));
    }
    for (const strong of [false, true]) {
      for (const { i, curve } of all) {
        if ((i === chosen) !== strong) continue;
        svg.append(draw('path', { class: strong ? 'curve strong' : 'curve', d: curvePath(curve, x, y) }));
        if (curve.best >= 0) svg.append(draw('circle', { class: strong ? 'best' : 'best weak', r: strong ? 4.5 : 2.5, cx: x(curve.best / (curve.values.length - 1)), cy: y(curve.values[curve.best]) }));
        if (!strong) continue;
        const name = (k) => data.layers[curve.layers[k]];
        svg.append(draw('text', { x: left, y: height - 5 }, name(0)), draw('text', { x: width, y: height - 5, 'text-anchor': 'end' }, name(curve.layers.length - 1)));
        if (curve.best >= 0) caption.append(el('span', { class: 'muted' }, `best ${name(curve.best)}, ${number(curve.values[curve.best])}`));
      }
    }
    return el('figure', {}, caption, svg);
  }));
}

function setUpCurves() {
  if (!find('curve-model')) return;
  const having = models.map((m, i) => i).filter((i) => models[i].curves.length);
  having.sort((a, b) => (data.columns[data.by].ranks[a] || 1e9) - (data.columns[data.by].ranks[b] || 1e9) || a - b);
  find('curve-model').append(...having.map((i) => el('option', { value: i }, models[i].name)));
  find('curve-model').addEventListener('change', drawCurves);
  board.listeners.push(drawCurves);
}
