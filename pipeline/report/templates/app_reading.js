// What was read, themes over time, the map of themes, calibration.
const OUTLET_COLOURS = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#bbbbbb', '#997700'];

function drawReading(node) {
  const counts = data.reading.counts;
  if (!counts.length) return noPicture(node, 'No article was read.');
  const periods = codesOf(data.periods);
  const ranked = codesOf(data.outlets).sort((one, other) => total(counts[other]) - total(counts[one]));
  const shown = ranked.slice(0, ranked.length > 8 ? 7 : 8);
  const rest = ranked.slice(shown.length);
  const groups = shown.map((outlet) => ({ name: nameOf.outlet(outlet), counts: counts[outlet] }));
  if (rest.length) groups.push({ name: count(rest.length, 'other outlet'), counts: periods.map((period) => total(rest.map((outlet) => counts[outlet][period]))) });
  const traces = groups.map((group, at) => ({
    type: 'bar', name: label(group.name, 34), x: periods, y: group.counts, marker: { color: OUTLET_COLOURS[at] }, hoverinfo: 'text', textposition: 'none',
    hovertext: periods.map((period) => `<b>${label(group.name, 60)}</b>, ${nameOf.period(period)}<br>${count(group.counts[period], 'article')}`),
    customdata: periods.map((period) => (at < shown.length ? { outlet: shown[at], period } : { period })),
  }));
  return draw(node, traces, {
    barmode: 'stack', height: 260 + (narrow() ? 24 * groups.length : 0), showlegend: true, legend: { orientation: 'h', y: -0.18, x: 0 }, bargap: 0.25,
    xaxis: axis({ tickvals: periods.filter((_, at) => at % Math.ceil(periods.length / (narrow() ? 4 : 12)) === 0), ticktext: periods.filter((_, at) => at % Math.ceil(periods.length / (narrow() ? 4 : 12)) === 0).map(nameOf.period), showgrid: false }),
    yaxis: axis({ title: { text: 'articles' } }), margin: { l: 8, r: 12, t: 10, b: 30 },
  });
}
const total = (values) => values.reduce((sum, value) => sum + value, 0);

function drawTimeline(node) {
  const periods = codesOf(data.periods).filter((period) => data.timeline.totals[period] > 0);
  const themes = codesOf(data.themes).filter((theme) => total(data.timeline.counts[theme]) > 0);
  if (!periods.length || !themes.length) return noPicture(node, 'No sentence was given a theme.');
  const share = (theme, period) => data.timeline.counts[theme][period] / data.timeline.totals[period];
  return draw(node, [{
    type: 'heatmap', x: periods.map((_, at) => at), y: themes.map((_, at) => at), z: themes.map((theme) => periods.map((period) => share(theme, period))),
    zmin: 0, colorscale: countScale(), xgap: 2, ygap: 2, hoverinfo: 'text',
    colorbar: { orientation: 'h', thickness: 8, len: 0.5, x: 0, xanchor: 'left', y: 1, yanchor: 'bottom', tickformat: '.0%', outlinewidth: 0, nticks: 5, ticklabelposition: 'outside top' },
    hovertext: themes.map((theme) => periods.map((period) => `<b>${label(nameOf.theme(theme), 60)}</b>, ${nameOf.period(period)}<br>${shareStated(theme, period)}`)),
    customdata: themes.map((theme) => periods.map((period) => ({ theme, period }))),
  }], {
    height: 110 + themes.length * 28, margin: { l: 8, r: 8, t: 46, b: 50 },
    xaxis: axis({ tickvals: periods.map((_, at) => at).filter((at) => at % Math.ceil(periods.length / (narrow() ? 4 : 12)) === 0), ticktext: periods.map(nameOf.period).filter((_, at) => at % Math.ceil(periods.length / (narrow() ? 4 : 12)) === 0), showgrid: false, zeroline: false }),
    yaxis: axis({ tickvals: themes.map((_, at) => at), ticktext: themes.map((theme) => label(nameOf.theme(theme), narrow() ? 18 : 34)), autorange: 'reversed', showgrid: false, zeroline: false }),
  });
}

// A theme's share of a month's sentences, with its interval where more than one independent article stands behind it.
function shareStated(theme, period) {
  const { counts, totals, low, high } = data.timeline;
  const percent = (part) => `${(100 * part).toFixed(1)}%`;
  const between = low[theme][period] === null ? 'no interval: one independent article' : `${percent(low[theme][period])} to ${percent(high[theme][period])}`;
  return `${percent(counts[theme][period] / totals[period])} (${between}) of ${count(totals[period], 'sentence')}`;
}

function drawMap(node) {
  const places = data.map;
  if (places.length < 3) return noPicture(node, 'Fewer than three themes: nothing to map.');
  const largest = Math.max(...places.map((it) => it.n), 1);
  const middle = total(places.map((it) => it.x)) / places.length;
  return draw(node, [{
    type: 'scatter', mode: 'markers+text', x: places.map((it) => it.x), y: places.map((it) => it.y),
    text: places.map((it) => label(nameOf.theme(it.theme), narrow() ? 16 : 30)),
    textposition: places.map((it) => (it.x > middle ? 'middle left' : 'middle right')), textfont: { size: 12 },
    marker: { size: places.map((it) => 8 + 34 * Math.sqrt(it.n / largest)), color: faded('--accent', 0.35), line: { color: colour('--accent'), width: 1.2 } },
    hoverinfo: 'text', hovertext: places.map((it) => `<b>${label(nameOf.theme(it.theme), 60)}</b><br>${count(it.n, 'sentence')}`), customdata: places.map((it) => ({ theme: it.theme })),
  }], {
    height: 420, margin: { l: 8, r: 8, t: 8, b: 8 },
    xaxis: axis({ visible: false, range: padded(places.map((it) => it.x)) }), yaxis: axis({ visible: false, range: padded(places.map((it) => it.y)) }),
  });
}
function padded(values) {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least || 1) * 0.12;
  return [least - room, most + room];
}

function drawCalibration(node) {
  const bins = data.calibration;
  if (!bins.length) return undefined;
  return draw(node, [
    { type: 'scatter', mode: 'lines', x: [0, 1], y: [0, 1], hoverinfo: 'skip', line: { color: colour('--neutral'), dash: 'dot', width: 1 } },
    {
      type: 'scatter', mode: 'lines+markers', x: bins.map((bin) => bin.confidence), y: bins.map((bin) => bin.accuracy), line: { color: colour('--accent') }, marker: { size: 8 },
      hoverinfo: 'text', hovertext: bins.map((bin) => `stated ${Number(bin.confidence).toFixed(2)}, observed ${Number(bin.accuracy).toFixed(2)}<br>${count(bin.n, 'label')}`),
    },
  ], {
    height: 340, width: Math.min(420, node.clientWidth || 420), xaxis: axis({ range: [0, 1], title: { text: 'stated probability' } }),
    yaxis: axis({ range: [0, 1], title: { text: 'how often it was right' } }),
  });
}

registerTable('timeline', ['Theme', 'Month', 'Share of sentences'], () => codesOf(data.themes).flatMap((theme) => codesOf(data.periods).filter((period) => data.timeline.counts[theme][period] > 0).map((period) => ({
  names: [nameOf.theme(theme), nameOf.period(period)],
  value: shareStated(theme, period),
}))));
registerTable('reading', ['Outlet', 'Month', 'Articles'], () => codesOf(data.outlets).flatMap((outlet) => codesOf(data.periods).filter((period) => data.reading.counts[outlet][period] > 0).map((period) => ({
  names: [nameOf.outlet(outlet), nameOf.period(period)], value: grouped.format(data.reading.counts[outlet][period]),
}))));
