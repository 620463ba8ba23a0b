// Actor by theme, tone over time, outlets side by side.
const heatRows = () => data.leading.concat(codesOf(data.actors).slice(data.leading.length, 20));
const realThemes = () => codesOf(data.themes).filter((theme) => codesOf(data.actors).some((actor) => cell({ actor, theme })));

function drawHeat(node) {
  const actors = heatRows().filter((actor) => cell({ actor }));
  const themes = realThemes();
  if (!actors.length || !themes.length) return noPicture(node, 'No actor was scored within a theme.');
  const grid = actors.map((actor) => themes.map((theme) => cell({ actor, theme })));
  const limit = toneLimit(grid.flat().filter((it) => it && !it.thin).map((it) => it.tone));
  const trace = (thin) => ({
    type: 'heatmap', x: themes.map((_, at) => at), y: actors.map((_, at) => at), xgap: 2, ygap: 2, zmin: -limit, zmax: limit, zmid: 0,
    z: grid.map((row) => row.map((it) => (it && it.thin === thin ? it.tone : null))), colorscale: thin ? fadedScale(0.38) : divergingScale(),
    showscale: !thin, hoverongaps: false, hoverinfo: 'text',
    colorbar: { orientation: 'h', thickness: 8, len: 0.5, x: 0, xanchor: 'left', y: 1, yanchor: 'bottom', tickformat: '+.1f', outlinewidth: 0, nticks: 5, ticklabelposition: 'outside top' },
    text: grid.map((row) => row.map((it) => (it && it.thin === thin && !narrow() ? signed(it.tone) : ''))), texttemplate: '%{text}', textfont: { size: 11 },
    hovertext: grid.map((row) => row.map((it) => (it ? `<b>${label(nameOf.actor(it.query.actor), 60)}</b>, ${label(nameOf.theme(it.query.theme), 60)}<br>${described(it)}` : ''))),
    customdata: grid.map((row) => row.map((it) => it && it.query)),
  });
  return draw(node, [trace(false), trace(true)], {
    height: 190 + actors.length * 30, margin: { l: 8, r: 8, t: 46, b: 90 },
    xaxis: axis({ tickvals: themes.map((_, at) => at), ticktext: themes.map((theme) => label(nameOf.theme(theme), narrow() ? 18 : 26)), tickangle: narrow() || themes.length > 6 ? -40 : 0, showgrid: false, zeroline: false }),
    yaxis: axis({ tickvals: actors.map((_, at) => at), ticktext: actors.map((actor) => label(nameOf.actor(actor), narrow() ? 14 : 26)), autorange: 'reversed', showgrid: false, zeroline: false }),
  });
}

// The actors that small panels show: all of the picked one, or the six most mentioned.
const shownActors = (select) => (select.value === '' ? data.leading.slice(0, 6) : [Number(select.value)]);

// One point a calendar month; `it` is null where nothing is known.
function series(months, find) {
  return months.map(({ start, period }) => ({ start, it: period === null ? null : find(period) }));
}
const known = (points) => points.map(({ it }) => it).filter((it) => it !== null);

function bands(points) {
  // One closed outline for each run of months with an interval: a gap stays a gap.
  const runs = [];
  let run = [];
  for (const { it } of points) {
    if (it === null || it.low === null) {
      if (run.length) runs.push(run);
      run = [];
    } else run.push(it);
  }
  if (run.length) runs.push(run);
  return runs.filter((part) => part.length > 1).map((part) => ({
    type: 'scatter', mode: 'lines', fill: 'toself', hoverinfo: 'skip', line: { width: 0 }, fillcolor: faded('--accent', 0.18),
    x: [...part, ...part.toReversed()].map((it) => monthStart(it.query.period)),
    y: [...part.map((it) => it.high), ...part.toReversed().map((it) => it.low)],
  }));
}

// The events' numbers in words, for panels too small for their names.
function eventsKey() {
  const key = byId('events-key');
  key.textContent = data.events.map((event, at) => `${at + 1}: ${event.label} (${event.date})`).join(' \u00b7 ');
  key.hidden = data.events.length === 0;
}

function drawTime(node) {
  eventsKey();
  const select = byId('pick-time');
  const dated = datedPeriods();
  node.replaceChildren();
  if (!dated.length || !data.leading.length) return noPicture(node, 'No dated article names an actor: begin file names with the date (2025-03-06_title.txt), or state `published`.');
  const actors = shownActors(select);
  const single = actors.length === 1;
  node.classList.toggle('single', single);
  const months = calendarMonths();
  const all = new Map(actors.map((actor) => [actor, series(months, (period) => cell({ actor, period }))]));
  const limit = toneLimit(known([...all.values()].flat()).filter((it) => !it.thin).flatMap((it) => [it.tone, it.low, it.high]));
  for (const [actor, points] of all) {
    const parts = single ? outletPoints(actor, months) : [];
    const shown = (of) => points.map(({ it }) => it && of(it));
    const target = panel(node, nameOf.actor(actor), count(known(points).reduce((sum, it) => sum + it.n, 0), 'dated mention'));
    draw(target, [...bands(points), {
      type: 'scatter', mode: 'markers', x: parts.map((it) => monthStart(it.query.period)), y: parts.map((it) => it.tone), hoverinfo: 'text',
      hovertext: parts.map((it) => `<b>${label(nameOf.outlet(it.query.outlet), 60)}</b>, ${nameOf.period(it.query.period)}<br>${described(it)}`),
      customdata: parts.map((it) => it.query), marker: { symbol: 'circle-open', size: 7, color: colour('--neutral') },
    }, {
      type: 'scatter', mode: 'lines+markers', x: points.map(({ start }) => start), y: shown((it) => it.tone), connectgaps: false,
      line: { color: colour('--accent'), width: 2 }, customdata: shown((it) => it.query), hoverinfo: 'text',
      marker: { size: 8, color: points.map(({ it }) => colour(it && it.thin ? '--paper' : '--accent')), line: { width: 1.6, color: colour('--accent') } },
      hovertext: shown((it) => `<b>${label(nameOf.actor(actor), 60)}</b>, ${nameOf.period(it.query.period)}<br>${described(it)}`),
    }], {
      height: single ? 360 : 200, margin: { l: 8, r: 10, t: 10, b: 24 },
      xaxis: axis({ type: 'date', showgrid: false, nticks: single ? 12 : 4, tickformat: '%b %y', range: timeRange(dated) }),
      yaxis: toneAxis(limit), shapes: eventLines(single).shapes, annotations: eventLines(single).annotations,
    });
  }
  return undefined;
}

const outletPoints = (actor, months) => codesOf(data.outlets).flatMap((outlet) => known(series(months, (period) => cell({ actor, outlet, period }))));

function timeRange(dated) {
  const day = 86400000;
  return [new Date(Date.parse(monthStart(dated[0])) - 12 * day), new Date(Date.parse(monthStart(dated.at(-1))) + 12 * day)].map((at) => at.toISOString().slice(0, 10));
}

function eventLines(named) {
  return {
    shapes: data.events.map((event) => ({ type: 'line', x0: event.date, x1: event.date, yref: 'paper', y0: 0, y1: 1, line: { color: colour('--neutral'), width: 1, dash: 'dot' } })),
    annotations: data.events.map((event, at) => ({ x: event.date, yref: 'paper', y: 1, yanchor: 'top', xanchor: 'left', showarrow: false, text: named ? label(event.label, 30) : String(at + 1), font: { size: 11, color: colour('--soft') } })),
  };
}

function drawOutlets(node) {
  const actors = shownActors(byId('pick-outlets'));
  node.replaceChildren();
  const outlets = codesOf(data.outlets).filter((outlet) => actors.some((actor) => cell({ actor, outlet }))).slice(0, 24).reverse();
  if (!outlets.length) return noPicture(node, 'No outlet names an actor.');
  if (data.outlets.names.length < 2) return noPicture(node, 'All articles are of one outlet: put each outlet\'s articles in a folder of its own, or state `outlet`, to set outlets side by side.');
  node.classList.toggle('single', actors.length === 1);
  const all = actors.map((actor) => outlets.map((outlet) => cell({ actor, outlet })));
  const limit = toneLimit(all.flat().filter((it) => it && !it.thin).flatMap((it) => [it.tone, it.low, it.high]));
  actors.forEach((actor, at) => {
    const found = all[at].map((it, place) => ({ it, place })).filter(({ it }) => it !== null);
    const rows = found.map(({ it }) => it);
    const whole = cell({ actor });
    draw(panel(node, nameOf.actor(actor), whole ? `${signed(whole.tone)} over all` : ''), dots(rows, found.map(({ place }) => place), limit, {
      hovertext: rows.map((it) => `<b>${label(nameOf.outlet(it.query.outlet), 60)}</b> on ${label(nameOf.actor(actor), 60)}<br>${described(it)}`),
    }), {
      height: 50 + outlets.length * 26, margin: { l: 8, r: 10, t: 6, b: 26 }, xaxis: toneAxis(limit, { nticks: 5 }),
      yaxis: axis({ tickvals: outlets.map((_, place) => place), ticktext: outlets.map((outlet) => label(nameOf.outlet(outlet), actors.length === 1 ? 32 : 18)), range: [-0.6, outlets.length - 0.4], zeroline: false }),
      shapes: whole ? [{ type: 'line', x0: whole.tone, x1: whole.tone, yref: 'paper', y0: 0, y1: 1, line: { color: colour('--accent'), width: 1.2, dash: 'dash' } }] : [],
    });
  });
  return undefined;
}

function tableRows(queries) {
  return queries.map((query) => cell(query)).filter((it) => it !== null).map((it) => ({ it, names: DIMENSIONS.filter((name) => name in it.query).map((name) => nameOf[name](it.query[name])) }));
}
registerTable('heat', ['Actor', 'Theme', 'Tone'], () => tableRows(heatRows().flatMap((actor) => codesOf(data.themes).map((theme) => ({ actor, theme })))));
registerTable('time', ['Actor', 'Month', 'Tone'], () => tableRows(shownActors(byId('pick-time')).flatMap((actor) => datedPeriods().map((period) => ({ actor, period })))));
registerTable('outlets', ['Actor', 'Outlet', 'Tone'], () => tableRows(shownActors(byId('pick-outlets')).flatMap((actor) => codesOf(data.outlets).map((outlet) => ({ actor, outlet })))));
