// The first picture: who is written about, how warmly, where outlets part, what changed. One row an actor.
function drawLead(node) {
  const actors = [...data.leading].reverse();
  const rows = actors.map((actor) => cell({ actor })).filter((it) => it !== null);
  if (!rows.length) return noPicture(node, 'No actor was scored.');
  const place = rows.map((_, at) => at);
  const outlets = [];
  if (data.outlets.names.length > 1) rows.forEach((it, at) => codesOf(data.outlets).forEach((outlet) => {
    const part = cell({ actor: it.query.actor, outlet });
    if (part && !part.thin) outlets.push({ ...part, at });
  }));
  const limit = toneLimit([...rows, ...outlets].flatMap((it) => [it.tone, it.low, it.high]));
  const hover = rows.map((it) => `<b>${label(nameOf.actor(it.query.actor), 60)}</b><br>${described(it)}`);
  const queries = rows.map((it) => it.query);
  const traces = [
    {
      type: 'scatter', mode: 'markers', x: outlets.map((it) => it.tone), y: outlets.map((it) => it.at - 0.28), xaxis: 'x2',
      marker: { symbol: 'circle-open', size: 7, color: colour('--neutral'), line: { width: 1.2 } },
      hoverinfo: 'text', customdata: outlets.map((it) => it.query),
      hovertext: outlets.map((it) => `<b>${label(nameOf.outlet(it.query.outlet), 60)}</b> on ${label(nameOf.actor(it.query.actor), 60)}<br>${described(it)}`),
    },
    ...dots(rows, place, limit, { xaxis: 'x2', hovertext: hover, size: 12 }),
  ];
  const wide = !narrow();
  if (wide) {
    traces.push({
      type: 'bar', orientation: 'h', x: rows.map((it) => it.n), y: place, width: 0.55, marker: { color: colour('--count') },
      text: rows.map((it) => grouped.format(it.n)), textposition: 'outside', cliponaxis: false,
      hoverinfo: 'text', hovertext: hover, customdata: queries,
    });
    traces.push(...sparks(rows, limit));
  }
  const dated = datedPeriods();
  const heading = (x, text) => ({ x, y: 1, xref: 'paper', yref: 'paper', yanchor: 'bottom', xanchor: 'left', showarrow: false, text: `<b>${text}</b>`, font: { size: 12.5 } });
  const names = rows.map((it) => label(nameOf.actor(it.query.actor), wide ? 26 : 16) + (wide ? '' : `<br>${grouped.format(it.n)}`));
  const most = Math.max(...rows.map((it) => it.n));
  return draw(node, traces, {
    height: 62 + rows.length * (wide ? 34 : 40), margin: { l: 8, r: 12, t: 30, b: 30 },
    yaxis: axis({ tickvals: place, ticktext: names, range: [-0.6, rows.length - 0.4], showgrid: true, zeroline: false, ticklen: 4, tickcolor: 'rgba(0,0,0,0)' }),
    xaxis: axis({ domain: wide ? [0, 0.22] : [0, 0.001], visible: false, range: [0, most * 1.25] }),
    xaxis2: toneAxis(limit, { domain: wide ? [0.27, 0.72] : [0, 1], anchor: 'y' }),
    xaxis3: axis({ domain: [0.78, 1], anchor: 'y', visible: wide && dated.length > 1, type: 'date', showgrid: false, nticks: 3, tickformat: '%b %Y' }),
    annotations: wide
      ? [heading(0, 'Mentions'), heading(0.27, 'Tone: unfavourable \u2190 0 \u2192 favourable'), ...(dated.length > 1 ? [heading(0.78, 'Month by month')] : [])]
      : [heading(0, 'unfavourable \u2190 0 \u2192 favourable')],
  });
}

// Dots with intervals along x, firm and thin ones as two traces: a thin one's dot and interval are faded, its dot hollow.
function dots(rows, place, limit, { xaxis = 'x', hovertext, size = 10, mark = null }) {
  return [false, true].map((thin) => {
    const of = (values) => values.filter((_, at) => Boolean(rows[at].thin) === thin);
    const shown = of(rows);
    return {
      type: 'scatter', mode: 'markers', x: shown.map((it) => it.tone), y: of(place), xaxis, hoverinfo: 'text', hovertext: of(hovertext),
      customdata: shown.map((it) => it.query), showlegend: false,
      error_x: {
        type: 'data', symmetric: false, thickness: 1.6, width: 3, color: faded('--neutral', thin ? 0.4 : 1),
        array: shown.map((it) => (it.high === null ? 0 : it.high - it.tone)),
        arrayminus: shown.map((it) => (it.low === null ? 0 : it.tone - it.low)),
      },
      marker: {
        size, symbol: mark ?? (thin ? 'circle-open' : 'circle'), opacity: thin ? 0.55 : 1,
        color: shown.map((it) => toneColour(it.tone, limit)), line: { width: 1.4, color: colour(thin ? '--neutral' : '--ink') },
      },
    };
  });
}

// Monthly tone of each row as a small line about the row's middle; gaps where a month is missing.
function sparks(rows, limit) {
  const calendar = calendarMonths();
  if (calendar.length < 2) return [];
  return rows.map((it, at) => {
    const months = calendar.map(({ period }) => (period === null ? null : cell({ actor: it.query.actor, period })));
    return {
      type: 'scatter', mode: 'lines+markers', xaxis: 'x3', x: calendar.map(({ start }) => start), connectgaps: false,
      y: months.map((month) => (month ? at + (month.tone / limit) * 0.42 : null)),
      line: { color: colour('--neutral'), width: 1.3 },
      marker: { size: 5, color: months.map((month) => (month ? toneColour(month.tone, limit) : colour('--neutral'))), opacity: months.map((month) => (month && month.thin ? 0.5 : 1)) },
      hoverinfo: 'text', customdata: months.map((month) => (month ? month.query : null)),
      hovertext: months.map((month) => (month ? `<b>${label(nameOf.actor(it.query.actor), 60)}</b>, ${nameOf.period(month.query.period)}<br>${described(month)}` : '')),
    };
  });
}
