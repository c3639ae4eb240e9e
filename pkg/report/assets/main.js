// The address says which page is shown: #model=NAME is a model's, all else the
// overview. So the browser's back button works.

const overview = find('overview');
const page = find('page');
const title = document.title;
let scrolled = 0;
let opened = -1;

function modelOfAddress() {
  const match = /^#model=(.*)$/.exec(location.hash);
  if (!match) return -1;
  let name = match[1];
  try { name = decodeURIComponent(name); } catch { /* as it is */ }
  const i = models.findIndex((m) => m.name === name);
  return i < 0 ? models.length : i;
}

function route(first) {
  const i = modelOfAddress();
  if (i < 0) {
    const from = opened;
    opened = -1;
    page.hidden = true;
    overview.hidden = false;
    document.title = title;
    if (first || from < 0) return;
    page.replaceChildren();
    drawAll();
    // Where the reader came from, unless the address names a section.
    const row = board.rows[from];
    if (location.hash.length < 2 || location.hash === '#board') window.scrollTo({ top: scrolled, behavior: 'instant' });
    if (row && !row.hidden) row.querySelector('a').focus({ preventScroll: true });
    return;
  }
  if (opened < 0) scrolled = window.scrollY;
  opened = i;
  overview.hidden = true;
  page.hidden = false;
  const known = i < models.length;
  page.replaceChildren();
  append(page, known ? modelPage(i) : [el('p', { class: 'back' }, el('a', { href: '#board' }, '← All models')), el('h1', { tabindex: '-1', id: 'model-name' }, 'No such model in this report')]);
  document.title = known ? models[i].name : title;
  window.scrollTo({ top: 0, behavior: 'instant' });
  find('model-name').focus({ preventScroll: true });
}

function drawAll() {
  drawScatter();
  drawCurves();
  drawAnswers();
}

setUpBoard();
setUpTree();
setUpScatter();
setUpCurves();
setUpAnswers();
window.addEventListener('hashchange', () => route(false));
route(true);
drawAll();
for (const [id, drawFigure] of [['scatter', drawScatter], ['answers-figures', drawAnswers]]) {
  if (!window.ResizeObserver || !find(id)) continue;
  let width = 0;
  new ResizeObserver(() => {
    if (find(id).clientWidth === width) return;
    width = find(id).clientWidth;
    drawFigure();
  }).observe(find(id));
}
