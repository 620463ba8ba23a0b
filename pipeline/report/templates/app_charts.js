// What every picture shares: colours from the style sheet, a quiet layout, drawing when seen, clicks that open evidence.
const SCALE = [0, 1, 2, 3, 4, 5, 6].map((step) => [step / 6, `--scale-${step}`]);
const pictures = new Map(); // id -> {draw, drawn}
let printing = false;

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const divergingScale = () => SCALE.map(([place, name]) => [place, colour(name)]);
// The scale mixed into the paper, not made transparent: Plotly picks a cell's letters by the colour it is told.
function fadedScale(share) {
  const paper = rgb(colour('--paper'));
  return SCALE.map(([place, name]) => [place, `rgb(${rgb(colour(name)).map((part, at) => Math.round(paper[at] + (part - paper[at]) * share)).join()})`]);
}
const countScale = () => [[0, colour('--count-low')], [1, colour('--count-high')]];
// Symmetric about zero, wide enough for what is shown, never so narrow that small tones look large.
function toneLimit(values) {
  const largest = Math.max(0, ...values.filter((value) => value !== null).map(Math.abs));
  return Math.min(1, Math.max(0.3, Math.ceil(largest * 10) / 10));
}
// The diverging scale's colour at a tone, for marks that Plotly does not colour by itself.
function toneColour(tone, limit, alpha = 1) {
  const place = Math.max(0, Math.min(1, (tone / limit + 1) / 2)) * 6;
  const below = Math.min(5, Math.floor(place));
  const [from, to] = [below, below + 1].map((step) => rgb(colour(`--scale-${step}`)));
  const mixed = from.map((part, at) => Math.round(part + (to[at] - part) * (place - below)));
  return `rgba(${mixed.join()},${alpha})`;
}
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const faded = (name, alpha) => `rgba(${rgb(colour(name)).join()},${alpha})`;

const narrow = () => !printing && window.innerWidth <= 640;

function axis(extra = {}) {
  return {
    gridcolor: colour('--grid'), linecolor: colour('--rule'), zerolinecolor: colour('--neutral'),
    tickcolor: colour('--rule'), fixedrange: true, automargin: true, ...extra,
  };
}
const toneAxis = (limit, extra = {}) => axis({ range: [-limit * 1.05, limit * 1.05], zeroline: true, tickformat: '+.1f', nticks: 6, ...extra });

function layout(extra = {}) {
  return {
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', showlegend: false, dragmode: false,
    font: { family: getComputedStyle(document.body).fontFamily, size: 12.5, color: colour('--ink') },
    margin: { l: 8, r: 12, t: 24, b: 28 }, hovermode: 'closest',
    hoverlabel: { bgcolor: colour('--raised'), bordercolor: colour('--rule'), font: { color: colour('--ink'), size: 13 }, align: 'left' },
    ...extra,
  };
}

// Draw into `target`; a click on a point whose customdata is a query opens its sentences.
function draw(target, traces, extra) {
  const node = typeof target === 'string' ? byId(target) : target;
  if (printing) extra = { ...extra, width: Math.min(680, node.parentElement.clientWidth || 680) };
  const drawn = Plotly.react(node, traces, layout(extra), { displayModeBar: false, responsive: !printing, doubleClick: false, showTips: false });
  node.querySelector(':scope > svg.first')?.remove(); // the drawing that stood in for it
  if (!node.dataset.listens) {
    node.dataset.listens = 'yes';
    node.on('plotly_click', (event) => {
      const point = event.points[0];
      const query = point.customdata;
      if (query && typeof query === 'object') openEvidence(query);
    });
  }
  return drawn;
}

// Register a picture: drawn when it first comes near the view, again when colours or width class change.
function picture(id, drawIt) {
  if (byId(id)) pictures.set(id, { drawIt, drawn: false });
}
function drawPicture(id) {
  const it = pictures.get(id);
  it.drawn = true;
  return it.drawIt(byId(id));
}
function redrawAll(everything = false) {
  for (const [id, it] of pictures) if (everything || it.drawn) drawPicture(id);
}

// One small chart a panel, laid out by the style sheet.
function panel(holder, title, note) {
  const box = element('div');
  const heading = element('h4', `${title} `);
  heading.append(element('small', note));
  box.append(heading, element('div', null, { class: 'chart', role: 'img', 'aria-label': title }));
  holder.append(box);
  return box.lastChild;
}

function noPicture(node, why) {
  node.replaceChildren(element('p', why, { class: 'explain' }));
}

// A table whose numbers open their sentences: the pictures' content for the keyboard, the screen reader and print.
const tables = new Map();
const registerTable = (name, heads, rows) => tables.set(name, { heads, rows });
function fillTable(details) {
  if (details.querySelector('table')) return;
  const { heads, rows } = tables.get(details.dataset.table);
  const table = element('table');
  const headRow = element('tr');
  for (const head of heads) headRow.append(element('th', head, { scope: 'col' }));
  const body = element('tbody');
  for (const { names, it, value } of rows()) {
    const row = element('tr');
    for (const name of names) row.append(element('td', name));
    const last = element('td', it ? null : value);
    if (it) {
      const button = element('button', described(it), { type: 'button' });
      button.addEventListener('click', () => openEvidence(it.query));
      last.append(button);
    }
    row.append(last);
    body.append(row);
  }
  const head = element('thead');
  head.append(headRow);
  table.append(head, body);
  const box = element('div', null, { class: 'scroll' });
  box.append(table);
  details.append(box);
}
