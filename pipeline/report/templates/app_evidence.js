// The evidence drawer: unpacked on first use, filtered and searched in the browser, shown a page at a time.
const PAGE = 20;
const FILTERS = ['actor', 'theme', 'outlet', 'holder', 'period'];
let evidence = null; // promise of the unpacked columns
let found = []; // rows of mentions that pass the filters, in order
let shownRows = 0;
let opener = null;

async function unpack() {
  const bytes = Uint8Array.from(atob(byId('evidence-packed').textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const packed = JSON.parse(await new Response(stream).text());
  const mentions = packed.mentions;
  let at = 0;
  mentions.sentence = mentions.sentence.map((step) => { at += step; return at; });
  // Of a mention's row, the words that moved its tone: [start, end, thousandths].
  const moved = new Map();
  packed.moved.mention.forEach((row, at) => {
    if (!moved.has(row)) moved.set(row, []);
    moved.get(row).push([packed.moved.start[at], packed.moved.end[at], packed.moved.by[at]]);
  });
  const lowered = packed.sentences.text.map((text) => text.toLowerCase());
  return { ...packed, moved, lowered, size: mentions.sentence.length };
}

function option(value, text) {
  return element('option', text, { value });
}

function fillFilters() {
  const listed = { actor: data.actors, theme: data.themes, outlet: data.outlets, holder: data.holders, period: data.periods };
  for (const name of FILTERS) {
    const select = byId(`filter-${name}`);
    select.append(option('', 'any'));
    if (name === 'holder') for (const voice of Object.keys(VOICE_NAMES)) select.append(option(`voice:${voice}`, VOICE_NAMES[voice]));
    let codes = codesOf(listed[name]);
    if (name === 'holder') codes = codes.filter((code) => ['actor', 'other'].includes(data.holders.kinds[code])).slice(0, data.holders.n_listed);
    for (const code of codes) select.append(option(String(code), clipped(nameOf[name](code), 60)));
    select.addEventListener('change', refresh);
  }
  byId('filter-order').addEventListener('change', refresh);
  let waiting = 0;
  byId('filter-search').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(refresh, 150); });
  byId('evidence-filters').addEventListener('submit', (event) => event.preventDefault());
  byId('evidence-more').addEventListener('click', () => showMore(true));
  byId('evidence-close').addEventListener('click', closeEvidence);
  byId('evidence-clear').addEventListener('click', () => { setFilters({}); refresh(); });
  byId('evidence-copy').addEventListener('click', copyRows);
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !byId('evidence').hidden) closeEvidence(); });
}

function setFilters(query) {
  for (const name of FILTERS) {
    const wanted = name === 'holder' && query.voice ? `voice:${query.voice}` : String(query[name] ?? '');
    const select = byId(`filter-${name}`);
    // A holder past the listed ones still filters: it gets its option when first asked for.
    if (wanted !== '' && ![...select.options].some((it) => it.value === wanted)) select.append(option(wanted, clipped(nameOf[name](Number(wanted)), 60)));
    select.value = wanted;
  }
  byId('filter-search').value = '';
}

async function openEvidence(query) {
  const drawer = byId('evidence');
  if (drawer.hidden) opener = document.activeElement;
  drawer.hidden = false;
  drawer.scrollTop = 0;
  setFilters(query);
  byId('evidence-title').focus();
  await refresh();
}

function closeEvidence() {
  byId('evidence').hidden = true;
  if (opener && opener.isConnected) opener.focus();
}

const VOICE_OF_KIND = { author: 'author', actor: 'quoted', other: 'quoted' };
function matcher(columns) {
  const { mentions, sentences, articles, lowered } = columns;
  const tests = [];
  const article = (row) => sentences.article[mentions.sentence[row]];
  const wanted = Object.fromEntries(FILTERS.map((name) => [name, byId(`filter-${name}`).value]));
  for (const name of ['actor', 'theme']) if (wanted[name] !== '') tests.push((row) => mentions[name][row] === Number(wanted[name]));
  for (const name of ['outlet', 'period']) if (wanted[name] !== '') tests.push((row) => articles[name][article(row)] === Number(wanted[name]));
  if (wanted.holder.startsWith('voice:')) {
    const voice = wanted.holder.slice(6);
    tests.push((row) => (VOICE_OF_KIND[data.holders.kinds[mentions.holder[row]]] ?? 'unknown') === voice);
  } else if (wanted.holder !== '') tests.push((row) => mentions.holder[row] === Number(wanted.holder));
  const words = byId('filter-search').value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) {
    tests.push((row) => words.every((word) => lowered[mentions.sentence[row]].includes(word)
      || (articles.title[article(row)] ?? '').toLowerCase().includes(word) || nameOf.holder(mentions.holder[row]).toLowerCase().includes(word)));
  }
  return (row) => tests.every((test) => test(row));
}

const toneOf = (mentions, row) => (mentions.pos[row] - mentions.neg[row]) / 1000;

async function refresh() {
  evidence ??= unpack();
  let columns;
  try {
    columns = await evidence;
  } catch {
    byId('evidence-summary').textContent = 'This browser cannot unpack the sentences; the table tone.csv beside this page holds them.';
    return;
  }
  const { mentions, sentences, articles } = columns;
  const passes = matcher(columns);
  found = [];
  for (let row = 0; row < columns.size; row += 1) if (passes(row)) found.push(row);
  const order = byId('filter-order').value;
  const date = (row) => articles.date[sentences.article[mentions.sentence[row]]];
  const orders = {
    text: (one, other) => compareDates(date(one), date(other), 1) || one - other,
    newest: (one, other) => compareDates(date(one), date(other), -1) || one - other,
    negative: (one, other) => toneOf(mentions, one) - toneOf(mentions, other) || one - other,
    positive: (one, other) => toneOf(mentions, other) - toneOf(mentions, one) || one - other,
  };
  found.sort(orders[order]);
  const mean = found.length ? found.reduce((sum, row) => sum + toneOf(mentions, row), 0) / found.length : 0;
  const inArticles = new Set(found.map((row) => sentences.article[mentions.sentence[row]])).size;
  byId('evidence-summary').textContent = found.length ? `${count(found.length, 'mention')} in ${count(inArticles, 'article')}; mean tone ${signed(mean)}.` : 'No scored mention matches.';
  byId('evidence-status').textContent = '';
  byId('evidence-list').replaceChildren();
  shownRows = 0;
  await showMore(false);
}

// Undated articles stand last either way.
function compareDates(one, other, direction) {
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -direction : direction;
}

async function showMore(focus) {
  const columns = await evidence;
  const list = byId('evidence-list');
  const first = list.childElementCount;
  for (const row of found.slice(shownRows, shownRows + PAGE)) list.append(entry(columns, row));
  shownRows = Math.min(found.length, shownRows + PAGE);
  const more = byId('evidence-more');
  more.hidden = shownRows >= found.length;
  more.textContent = `Show ${Math.min(PAGE, found.length - shownRows)} more of ${grouped.format(found.length - shownRows)}`;
  if (focus && list.children[first]) {
    list.children[first].tabIndex = -1;
    list.children[first].focus();
  }
}

// One sentence with its mention marked. Everything is set as text.
function entry({ mentions, sentences, articles, moved }, row) {
  const sentence = mentions.sentence[row];
  const article = sentences.article[sentence];
  const text = sentences.text[sentence];
  const [start, end] = [mentions.start[row], mentions.start[row] + mentions.length[row]];
  const item = element('li');
  const said = element('p', null, { class: 'said', dir: 'auto' });
  const words = moved.get(row) ?? [];
  let at = 0;
  for (const [from, to, by] of [[start, end, null], ...words].sort((one, other) => one[0] - other[0])) {
    if (from < at) continue;
    said.append(text.slice(at, from), by === null ? element('mark', text.slice(from, to)) : movedWord(text.slice(from, to), by));
    at = to;
  }
  said.append(text.slice(at));
  const about = element('p', `${nameOf.actor(mentions.actor[row])} \u00b7 voice: ${nameOf.holder(mentions.holder[row])} \u00b7 ${nameOf.theme(mentions.theme[row]) ?? ''}`, { class: 'about' });
  const where = element('p', `${nameOf.outlet(articles.outlet[article])} \u00b7 ${articles.date[article] ?? 'undated'} \u00b7 `, { class: 'about' });
  where.append(articleLink(articles.url[article], articles.title[article] || articles.id[article]));
  item.append(said, odds(mentions.neg[row], mentions.pos[row]));
  if (words.length) item.append(element('p', `Moved by: ${words.map(([from, to, by]) => `${text.slice(from, to)} ${signed(by / 1000)}`).join(', ')}`, { class: 'about' }));
  item.append(about, where);
  return item;
}

// Words underlined by the side they moved the tone to; how far stands in the tooltip and, for all, below the sentence.
function movedWord(word, by) {
  return element('span', word, { class: by > 0 ? 'moved up' : 'moved down', title: `Without ${/\s/.test(word) ? 'these words' : 'this word'} the tone would be ${signed(Math.abs(by) / 1000).replace('+', '')} ${by > 0 ? 'lower' : 'higher'}.` });
}

// Only http and https addresses become links: anything else is shown as text.
function articleLink(url, text) {
  let address = null;
  try {
    address = url ? new URL(url) : null;
  } catch { /* not an address */ }
  if (address && ['http:', 'https:'].includes(address.protocol)) return element('a', text, { href: address.href, rel: 'noopener noreferrer', target: '_blank' });
  return element('span', text);
}

function odds(neg, pos) {
  const box = element('div', null, { class: 'odds' });
  const space = 'http://www.w3.org/2000/svg';
  const bar = document.createElementNS(space, 'svg');
  bar.setAttribute('viewBox', '0 0 1000 80');
  bar.setAttribute('preserveAspectRatio', 'none');
  bar.setAttribute('aria-hidden', 'true');
  let at = 0;
  for (const [kind, share] of [['neg', neg], ['neu', 1000 - neg - pos], ['pos', pos]]) {
    const part = document.createElementNS(space, 'rect');
    for (const [name, value] of Object.entries({ class: kind, x: at, y: 0, width: Math.max(0, share), height: 80 })) part.setAttribute(name, value);
    bar.append(part);
    at += share;
  }
  const share = (value) => (value / 1000).toFixed(2);
  box.append(bar, element('span', `tone ${signed((pos - neg) / 1000)}: negative ${share(neg)}, neutral ${share(1000 - neg - pos)}, positive ${share(pos)}`));
  return box;
}

// Where a spreadsheet would begin a formula, text gets an apostrophe: the rule of the tables (tables.py), where \s also
// takes in the separators \x1c to \x1f and \x85.
const FORMULA_START = /(^|[;\t\r\n])(?=(?:[^\S\t\r\n]|["'\x00\x1c-\x1f\x85\u200b\ufeff])*[=+\-@\uff1d\uff0b\uff0d\uff20])|^(?=[\t\r\n])/g;
function csvCell(value) {
  if (typeof value === 'number') return String(value);
  const text = String(value ?? '').replace(FORMULA_START, "$1'");
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

async function copyRows() {
  const { mentions, sentences, articles } = await evidence;
  const lines = [['date', 'outlet', 'actor', 'mention', 'holder', 'theme', 'p_neg', 'p_neu', 'p_pos', 'tone', 'sentence', 'title', 'url', 'article_id']];
  for (const row of found) {
    const article = sentences.article[mentions.sentence[row]];
    const text = sentences.text[mentions.sentence[row]];
    const [neg, pos] = [mentions.neg[row], mentions.pos[row]];
    lines.push([
      articles.date[article], nameOf.outlet(articles.outlet[article]), nameOf.actor(mentions.actor[row]), text.substr(mentions.start[row], mentions.length[row]),
      nameOf.holder(mentions.holder[row]), nameOf.theme(mentions.theme[row]), neg / 1000, (1000 - neg - pos) / 1000, pos / 1000, (pos - neg) / 1000,
      text, articles.title[article], articles.url[article], articles.id[article],
    ]);
  }
  const csv = lines.map((line) => line.map(csvCell).join(',')).join('\r\n');
  let copied = true;
  try {
    await navigator.clipboard.writeText(csv);
  } catch {
    copied = copyBySelection(csv);
  }
  byId('evidence-status').textContent = copied ? `Copied ${count(found.length, 'row')}.` : 'This browser refused to copy.';
}

// For browsers that keep the clipboard from pages opened as a file.
function copyBySelection(text) {
  const area = element('textarea', null, { 'aria-hidden': 'true' });
  area.value = text;
  byId('evidence').append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}
