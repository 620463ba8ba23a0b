// The report's numbers and the ways to look them up. Codes are places in the `ids` of a dimension; -1 is "not split by".
const data = JSON.parse(document.getElementById('pictures').textContent);
const DIMENSIONS = ['actor', 'outlet', 'theme', 'holder', 'period'];
const cells = data.cells;
const byId = (id) => document.getElementById(id);

const cellRows = new Map();
for (let row = 0; row < cells.n.length; row += 1) {
  cellRows.set(DIMENSIONS.map((name) => cells[name][row]).join(), row);
}

// The estimate that splits by exactly the dimensions named in `query`, or null.
function cell(query) {
  const row = cellRows.get(DIMENSIONS.map((name) => query[name] ?? -1).join());
  if (row === undefined) return null;
  return {
    query, n: cells.n[row], k: cells.k[row], tone: cells.tone[row],
    low: cells.low[row], high: cells.high[row], thin: cells.thin[row] === 1,
  };
}

const nameOf = {
  actor: (code) => data.actors.names[code],
  outlet: (code) => data.outlets.names[code],
  theme: (code) => data.themes.names[code],
  holder: (code) => data.holders.names[code],
  period: (code) => data.periods.names[code],
};
const codesOf = (dimension) => [...dimension.ids.keys()];
const datedPeriods = () => codesOf(data.periods).filter((code) => data.periods.ids[code] !== 'undated');
// Every calendar month from the first dated one to the last, with its first day; `period` is null where no article stands.
function calendarMonths() {
  const dated = datedPeriods();
  if (!dated.length) return [];
  const codeOf = new Map(dated.map((code) => [data.periods.ids[code], code]));
  const numberOf = (code) => { const [year, month] = data.periods.ids[code].split('-').map(Number); return year * 12 + month - 1; };
  const [first, last] = [numberOf(dated[0]), numberOf(dated.at(-1))];
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const [year, month] = [Math.floor((first + at) / 12), (first + at) % 12 + 1];
    const id = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
    return { start: `${id}-01`, period: codeOf.get(id) ?? null };
  });
}
const monthStart = (code) => `${data.periods.ids[code]}-01`;

const grouped = new Intl.NumberFormat('en-US');
const count = (value, noun) => `${grouped.format(value)} ${noun}${value === 1 ? '' : 's'}`;
function signed(value) {
  const text = Math.abs(value).toFixed(2);
  if (text === '0.00') return text;
  return (value > 0 ? '+' : '\u2212') + text;
}
const interval = (it) => (it.low === null ? 'no interval: one independent article' : `${signed(it.low)} to ${signed(it.high)}`);
const described = (it) => `tone ${signed(it.tone)} (${interval(it)}), ${count(it.n, 'mention')} in ${count(it.k, 'article')}${it.thin ? ', thin' : ''}`;

// Plotly reads a little markup in its labels: names are data, so their marks are written out.
const plain = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
function clipped(text, most) {
  const letters = [...String(text)];
  return letters.length <= most ? letters.join('') : `${letters.slice(0, most - 1).join('').trimEnd()}\u2026`;
}
const label = (text, most = 24) => plain(clipped(text, most));

// Make an element with text (never markup) and attributes.
function element(tag, text = null, attributes = {}) {
  const made = document.createElement(tag);
  if (text !== null) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
