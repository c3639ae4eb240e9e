// The leaderboard: ranking, sorting and filters. Ranks come with the data, so
// ties are those of the command line.

const board = {
  table: find('models'),
  by: data.by,
  order: 'rank', // rank | name | family
  reversed: false,
  rows: [],
  shown: models.map(() => true),
  listeners: [],
};

// Of many models the first alone are laid out until all are asked for, which
// keeps sorting quick; a print has all.
const atFirst = models.length > 150 ? 100 : Infinity;
for (const row of board.table.tBodies[0].rows) board.rows[+row.dataset.at] = row;
const headRow = board.table.tHead.rows[0];

// The head and the cells of each column; those of benchmarks may be made on
// demand.
const columns = data.columns.map(() => null);
const fixed = [headRow, ...board.rows].map((row) => [...row.cells]);
fixed[0].forEach((th, k) => {
  if (!(th.dataset.column in columns)) return;
  columns[+th.dataset.column] = { head: th, cells: board.rows.map((row) => row.cells[k]) };
});
const before = fixed[0].findIndex((th) => th.dataset.column in columns);
fixed.forEach((cells) => cells.splice(before));

function columnOf(k) {
  if (!columns[k]) {
    const c = data.columns[k];
    columns[k] = { head: headOf(k), cells: c.values.map((_, i) => el('td', { class: c.kind }, el('span', {}, figureOf(c, i)))) };
    addFold(k, columns[k].head);
  }
  return columns[k];
}

function headOf(k) {
  const c = data.columns[k];
  const th = el('th', { scope: 'col', class: `${c.kind} number`, 'data-column': k }, el('button', { type: 'button' }, c.name));
  return th;
}

// Which columns are shown: of many benchmarks none but what is ranked by, unless
// they are asked for.
function showColumns() {
  const asked = !find('benches') || find('benches').checked;
  const shown = data.columns.map((_, k) => k).filter((k) => (asked || data.columns[k].kind !== 'benchmark' || k === board.by) && unfolded(k));
  if (String(shown) === board.columns) return;
  board.columns = String(shown);
  headRow.replaceChildren(...fixed[0], ...shown.map((k) => columnOf(k).head));
  board.rows.forEach((row, i) => row.replaceChildren(...fixed[i + 1], ...shown.map((k) => columnOf(k).cells[i])));
}

const texts = models.map((m) => [m.name, ...(m.metadata || [])].join('\n').toLowerCase());

function compareBy(column) {
  const ranks = data.columns[column].ranks;
  const turn = board.reversed ? -1 : 1;
  return (a, b) => {
    if (!ranks[a] || !ranks[b]) return (ranks[a] ? 0 : 1) - (ranks[b] ? 0 : 1) || a - b;
    return turn * (ranks[a] - ranks[b]) || a - b;
  };
}

// Models come in the order of names, which is the order of their indices.
function comparison() {
  const turn = board.reversed ? -1 : 1;
  if (board.order === 'name') return (a, b) => turn * (a - b);
  if (board.order === 'family') {
    const names = models.map(familyName);
    return (a, b) => turn * (names[a] < names[b] ? -1 : names[a] > names[b] ? 1 : 0) || a - b;
  }
  return compareBy(board.by);
}

function showOrder() {
  board.sequence = models.map((_, i) => i).sort(comparison());
  limit();
  const body = document.createDocumentFragment();
  for (const i of board.sequence) body.append(board.rows[i]);
  board.table.tBodies[0].append(body);
  for (const th of headRow.cells) {
    const sorted = board.order === 'rank' ? th.dataset.column === String(board.by) : th.dataset.column === board.order;
    if (!sorted) th.removeAttribute('aria-sort');
    else th.setAttribute('aria-sort', (board.order === 'rank') !== board.reversed ? 'descending' : 'ascending');
  }
}

function limit() {
  let count = 0;
  for (const i of board.sequence) {
    board.rows[i].classList.toggle('beyond', board.shown[i] && count >= atFirst);
    count += board.shown[i] ? 1 : 0;
  }
  find('more').hidden = count <= atFirst || board.table.classList.contains('all');
  find('more').textContent = `Show all ${count}`;
}

// Ranking by another column moves the bars there.
function rankBy(k) {
  const was = columnOf(board.by);
  const is = columnOf(k);
  const c = data.columns[k];
  const whiskers = whiskersOf(c);
  const scale = scaleOf(c.values, whiskers, c.ceilings);
  was.head.classList.remove('by');
  is.head.classList.add('by');
  board.rows.forEach((row, i) => {
    was.cells[i].classList.remove('by');
    was.cells[i].querySelector('svg')?.remove();
    is.cells[i].classList.add('by');
    is.cells[i].querySelector('svg')?.remove();
    if (isNumber(c.values[i])) is.cells[i].append(barOf(c.values[i], whiskers[i], c.ceilings?.[i], scale));
    row.cells[0].textContent = c.ranks[i] || dash;
  });
  board.by = k;
  find('by').value = String(k);
  showColumns();
}

function sortBy(what) {
  if (what === 'name' || what === 'family') {
    board.reversed = board.order === what && !board.reversed;
    board.order = what;
  } else {
    const column = +what;
    board.reversed = board.order === 'rank' && board.by === column && !board.reversed;
    board.order = 'rank';
    if (column !== board.by) rankBy(column);
  }
  showOrder();
  filter();
}

function filter(always) {
  const words = find('find').value.toLowerCase().split(/\s+/).filter(Boolean);
  const family = find('family').value;
  const least = find('least').value === '' ? NaN : +find('least').value;
  const { values } = data.columns[board.by];
  const matches = (i) => words.every((w) => texts[i].includes(w)) && (family === '' || familyName(models[i]) === family)
    && (Number.isNaN(least) || (isNumber(values[i]) && values[i] >= least));
  const shown = models.map((_, i) => matches(i));
  if (!always && shown.every((is, i) => is === board.shown[i])) return;
  board.shown = shown;
  board.rows.forEach((row, i) => { row.hidden = !shown[i]; });
  limit();
  const count = shown.filter(Boolean).length;
  find('count').textContent = count === models.length ? plural(count, 'model') : `${count} of ${plural(models.length, 'model')}`;
  for (const told of board.listeners) told();
}

const filtered = () => board.shown.includes(false);

// As on the command line, no cell of the file is a formula to a spreadsheet.
function csv() {
  const plain = (s) => (/^[=+\-@\t\r]/.test(s) ? "'" + s : s);
  const quoted = (s) => (/[",\n\r]/.test(s) ? '"' + s.replaceAll('"', '""') + '"' : s);
  const texts = data.metadata.map((name, k) => [name, k]).filter(([name]) => !data.columns.some((c) => c.kind === 'metadata' && c.name === name));
  const lines = [['rank', 'model', ...data.columns.map((c) => plain(c.name)), ...texts.map(([name]) => plain(name))]];
  for (const row of board.table.tBodies[0].rows) {
    const i = +row.dataset.at;
    if (!board.shown[i]) continue;
    lines.push([data.columns[board.by].ranks[i] || '', plain(models[i].name), ...data.columns.map((c) => c.values[i] ?? ''), ...texts.map(([, k]) => plain(models[i].metadata[k]))]);
  }
  return lines.map((line) => line.map((cell) => quoted(String(cell))).join(',')).join('\n') + '\n';
}

function setUpBoard() {
  const groups = [['composite', 'Composite'], ['part', 'Parts'], ['benchmark', 'Benchmarks'], ['metadata', 'Metadata']];
  for (const id of ['by', 'plot-y', 'plot-x']) {
    if (!find(id)) continue;
    const order = id === 'plot-x' ? [...groups].reverse() : groups;
    for (const [kind, label] of order) {
      const options = data.columns.map((c, k) => (c.kind === kind && c.ranks.some(Boolean) ? el('option', { value: k }, c.name) : null)).filter(Boolean);
      if (options.length) find(id).append(el('optgroup', { label }, options));
    }
  }
  find('by').value = String(board.by);
  find('by').addEventListener('change', () => sortBy(find('by').value));
  const families = [...new Set(models.map(familyName).filter(Boolean))].sort();
  find('family-label').hidden = families.length === 0;
  find('family').append(el('option', { value: '' }, 'all'), ...families.map((f) => el('option', { value: f }, f)));
  headRow.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    const th = button?.classList.contains('fold') ? null : button?.closest('th');
    if (th) sortBy(th.dataset.column);
  });
  find('filters').addEventListener('input', (event) => { if (event.target.id !== 'by' && event.target.id !== 'benches') filter(); });
  find('filters').addEventListener('submit', (event) => event.preventDefault());
  find('filters').addEventListener('reset', () => setTimeout(() => {
    find('by').value = String(board.by);
    showColumns();
    filter();
  }));
  find('benches')?.addEventListener('change', showColumns);
  find('more').addEventListener('click', () => {
    board.table.classList.add('all');
    find('more').hidden = true;
    board.table.querySelector('tr.beyond a')?.focus();
  });
  board.sequence = [...board.table.tBodies[0].rows].map((row) => +row.dataset.at);
  limit();
  find('csv').addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([csv()], { type: 'text/csv' }));
    el('a', { href: url, download: 'leaderboard.csv' }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  });
}
