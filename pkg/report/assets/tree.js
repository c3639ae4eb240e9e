// A composite that is a tree: columns of groups fold, and means are formed again without
// the benchmarks that the reader leaves out.

const nodes = data.columns.map((c, k) => k).filter((k) => data.columns[k].depth !== undefined);
const membersOf = nodes.map(() => []);
for (const k of nodes) {
  const c = data.columns[k];
  if (c.up > 0) membersOf[c.up - 1].push(k);
  c.has = new Set(c.failed || []);
  c.given = { values: c.values, ranks: c.ranks, has: c.has, errors: c.errors, lows: c.lows, highs: c.highs, ceilings: c.ceilings };
}
const isGroup = (k) => data.columns[k].depth !== undefined && !data.columns[k].leaf;
const tree = { open: new Set(), without: new Set() };

// Figures of brain-score.org are rounded as its server does, a half to even.
const decimals = (digits) => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits, roundingMode: 'halfEven', useGrouping: false });
const [three, one] = [decimals(3), decimals(1)];

// The value of a model in a column as it is shown.
function figureOf(c, i) {
  if (c.has?.has(i)) return 'X';
  if (!data.site || c.depth === undefined || !isNumber(c.values[i])) return number(c.values[i]);
  return (c.values[i] >= 1 ? one : three).format(c.values[i]).replace('-', '−');
}

// Of a tree, the upper groups are shown and the members of what is unfolded.
function unfolded(k) {
  const c = data.columns[k];
  if (c.depth === undefined || k === board.by) return true;
  return c.ranks.some(Boolean) && (k === 0 || c.upper || (tree.open.has(c.up - 1) && unfolded(c.up - 1)));
}

const isOut = (k) => tree.without.has(k) || (isGroup(k) && membersOf[k].length > 0 && membersOf[k].every(isOut));

function ranksOf(values, rounded) {
  const keyed = values.map((v, i) => [rounded && isNumber(v) ? Math.floor(100 * v + 0.5) / 100 : v, i]).filter(([v]) => isNumber(v)).sort((a, b) => b[0] - a[0]);
  const ranks = values.map(() => 0);
  keyed.forEach(([v, i], n) => {
    const same = n > 0 && Math.abs(keyed[n - 1][0] - v) <= 1e-12 * Math.max(1, Math.abs(v));
    ranks[i] = same ? ranks[keyed[n - 1][1]] : n + 1;
  });
  return ranks;
}

// The mean of a group's members for one model, by the rules of the composite.
function meanOf(c, members, i) {
  let [sum, total, present, lacking, failed] = [0, 0, 0, false, false];
  for (const k of members) {
    const m = data.columns[k];
    total += m.weight;
    failed = failed || m.has.has(i);
    if (isNumber(m.values[i])) {
      sum += m.weight * m.values[i];
      present += m.weight;
    } else lacking = lacking || m.weight > 0;
  }
  if (present === 0 || (lacking && c.rule === 'refuse')) return { value: null, failed };
  return { value: sum / (c.rule === 'zero' ? total : present), failed: false };
}

// Members come after their group, so that the last group is formed first. A group whose
// own value alone is known keeps it.
function formTree() {
  for (const k of [...nodes].reverse()) {
    const c = data.columns[k];
    Object.assign(c, c.given);
    if (tree.without.size === 0 || !isGroup(k)) continue;
    const members = membersOf[k].filter((m) => !isOut(m));
    if (members.length === membersOf[k].length && members.every((m) => data.columns[m].values === data.columns[m].given.values)) continue;
    c.has = new Set();
    c.values = c.given.values.map((given, i) => {
      const known = membersOf[k].some((m) => isNumber(data.columns[m].given.values[i]) || data.columns[m].given.has.has(i));
      if (!known) return given;
      const { value, failed } = meanOf(c, members, i);
      if (failed) c.has.add(i);
      return value;
    });
    c.ranks = ranksOf(c.values, k === 0 && data.site);
    c.errors = c.lows = c.highs = c.ceilings = undefined;
  }
}

function showTree() {
  formTree();
  for (const k of nodes) {
    if (!columns[k]) continue;
    columns[k].head.classList.toggle('out', isOut(k));
    columns[k].cells.forEach((cell, i) => {
      const text = cell.querySelector('span');
      if (isNumber(data.columns[k].values[i])) text.className = '';
      if (!text.className) text.textContent = figureOf(data.columns[k], i);
    });
  }
  const leaves = nodes.filter((k) => data.columns[k].leaf);
  const out = leaves.filter((k) => { for (let n = k; n >= 0; n = data.columns[n].up - 1) if (tree.without.has(n)) return true; return false; }).length;
  find('tree-status').textContent = out === 0 ? '' : `Formed again without ${plural(out, 'benchmark')} of ${leaves.length}.`;
  find('tree-all').hidden = out === 0;
  rankBy(board.by);
  showOrder();
  filter(true);
}

// A button in the head of a group shows and hides the columns of its members.
function addFold(k, head) {
  if (!isGroup(k) || !membersOf[k].some((m) => !data.columns[m].upper && data.columns[m].ranks.some(Boolean))) return;
  const button = el('button', { type: 'button', class: 'fold', 'aria-expanded': 'false', 'aria-label': `Members of ${data.columns[k].name}` }, '+');
  button.addEventListener('click', () => {
    const open = !tree.open.has(k);
    if (open) tree.open.add(k);
    else tree.open.delete(k);
    button.setAttribute('aria-expanded', String(open));
    button.textContent = open ? '−' : '+';
    showColumns();
  });
  head.append(button);
}

function branch(members) {
  return el('ul', { class: 'tree' }, members.map((k) => {
    const c = data.columns[k];
    const having = c.given.ranks.filter(Boolean).length;
    const box = el('input', { type: 'checkbox', checked: true, 'data-node': k });
    box.addEventListener('change', () => {
      if (box.checked) tree.without.delete(k);
      else tree.without.add(k);
      showTree();
    });
    const label = el('label', {}, box, c.name, ' ', el('span', { class: 'muted' }, c.leaf ? plural(having, 'model') : plural(membersOf[k].length, 'member')));
    return c.leaf ? el('li', {}, label) : el('li', {}, label, el('details', {}, el('summary', {}, `Members of ${c.name}`), branch(membersOf[k])));
  }));
}

// Whether a node counts: it is not beside the composite and not left out.
function counts(k) {
  if (tree.without.has(k)) return false;
  return k === 0 || (data.columns[k].up > 0 && counts(data.columns[k].up - 1));
}

// Where a model stands in the tree: all nodes that it has, and what it lacks.
function treeOf(i) {
  if (!nodes.length) return [];
  const shown = nodes.filter((k) => isNumber(data.columns[k].values[i]) || data.columns[k].has.has(i));
  const counted = nodes.filter((k) => data.columns[k].leaf && counts(k));
  const lacks = counted.filter((k) => !isNumber(data.columns[k].values[i])).map((k) => data.columns[k].name);
  const rows = shown.map((k) => {
    const c = data.columns[k];
    return el('tr', {}, el('th', { scope: 'row', class: `level${Math.min(c.depth, 8)}` }, c.name), right(figureOf(c, i)), right(c.ranks[i] ? `${c.ranks[i]} of ${c.ranks.filter(Boolean).length}` : dash));
  });
  return [el('h2', {}, 'The tree of ', data.composite), el('p', {}, `It has ${counted.length - lacks.length} of ${plural(counted.length, 'benchmark')}.`),
    rows.length ? table('Tree', [['node'], ['value', true], ['rank', true]], rows) : null,
    lacks.length ? el('details', {}, el('summary', {}, `Without ${plural(lacks.length, 'benchmark')}`), el('p', {}, lacks.join(', '))) : null];
}

function setUpTree() {
  if (!find('tree')) return;
  columns.forEach((c, k) => { if (c) addFold(k, c.head); });
  find('tree').append(branch(nodes.filter((k) => data.columns[k].up === 0).flatMap((k) => (k === 0 ? membersOf[0] : [k]))));
  find('tree-all').addEventListener('click', () => {
    tree.without.clear();
    for (const box of find('tree').querySelectorAll('input')) box.checked = true;
    showTree();
  });
}
