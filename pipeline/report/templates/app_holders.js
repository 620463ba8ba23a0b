// In whose voice: the author beside quoted voices, and the directed network from holder to actor.
const VOICE_NAMES = { author: "the outlets' own words", quoted: 'quoted voices', unknown: 'speakers not named' };
const VOICE_MARKS = { author: 'circle', quoted: 'diamond', unknown: 'x-thin-open' };

function voicesOf(actor) {
  return data.voices.filter((it) => it.actor === actor).map((it) => ({ ...it, thin: it.thin === 1, query: { actor, voice: it.voice } }));
}

function drawVoices(node) {
  const actors = [...data.leading].reverse();
  const shown = actors.flatMap((actor, at) => voicesOf(actor).map((it) => ({ it, at })));
  if (!shown.length) return noPicture(node, 'No mention was scored.');
  const limit = toneLimit(shown.filter(({ it }) => !it.thin).flatMap(({ it }) => [it.tone, it.low, it.high]));
  const traces = Object.keys(VOICE_NAMES).flatMap((voice, order) => {
    const part = shown.filter(({ it }) => it.voice === voice);
    const rows = part.map(({ it }) => it);
    const [firm, thin] = dots(rows, part.map(({ at }) => at + (1 - order) * 0.22), limit, {
      mark: VOICE_MARKS[voice], size: 9,
      hovertext: rows.map((it) => `<b>${label(nameOf.actor(it.actor), 60)}</b> in ${VOICE_NAMES[voice]}<br>${described(it)}`),
    });
    const told = { name: VOICE_NAMES[voice], legendgroup: voice };
    return [{ ...firm, ...told, showlegend: firm.x.length > 0 }, { ...thin, ...told, showlegend: !firm.x.length && rows.length > 0 }];
  });
  return draw(node, traces, {
    height: 90 + actors.length * 42, showlegend: true, margin: { l: 8, r: 12, t: 36, b: 30 },
    legend: { orientation: 'h', x: 0, y: 1, yanchor: 'bottom', itemclick: false, itemdoubleclick: false },
    xaxis: toneAxis(limit),
    yaxis: axis({ tickvals: actors.map((_, at) => at), ticktext: actors.map((actor) => label(nameOf.actor(actor), narrow() ? 14 : 26)), range: [-0.6, actors.length - 0.4], zeroline: false }),
  });
}

// The heaviest holder -> actor ties; the author and speakers without a name are no nodes of a network.
function ties() {
  const named = codesOf(data.holders).filter((holder) => ['actor', 'other'].includes(data.holders.kinds[holder]));
  const found = named.flatMap((holder) => codesOf(data.actors).map((actor) => cell({ actor, holder }))).filter((it) => it !== null);
  return found.sort((one, other) => other.n - one.n).slice(0, narrow() ? 16 : 40);
}

function drawNetwork(node) {
  const links = ties();
  if (!links.length) return noPicture(node, 'No view is attributed to a named holder.');
  const holders = [...new Set(links.map((it) => it.query.holder))];
  const actors = [...new Set(links.map((it) => it.query.actor))];
  const limit = toneLimit(links.filter((it) => !it.thin).map((it) => it.tone));
  const most = narrow() ? 14 : 30;
  const drawn = draw(node, [{
    type: 'sankey', orientation: 'h', arrangement: 'fixed', hoverinfo: 'none',
    node: {
      label: [...holders.map((holder) => label(nameOf.holder(holder), most)), ...actors.map((actor) => label(nameOf.actor(actor), most))],
      color: colour('--neutral'), thickness: 9, pad: 11, line: { width: 0 }, hoverinfo: 'none',
      customdata: [...holders.map((holder) => ({ holder })), ...actors.map((actor) => ({ actor }))],
    },
    link: {
      source: links.map((it) => holders.indexOf(it.query.holder)), target: links.map((it) => holders.length + actors.indexOf(it.query.actor)),
      value: links.map((it) => it.n), color: links.map((it) => toneColour(it.tone, limit, it.thin ? 0.35 : 0.85)), arrowlen: 9,
      customdata: links.map((it) => it.query),
      label: links.map((it) => `${label(nameOf.holder(it.query.holder), 40)} \u2192 ${label(nameOf.actor(it.query.actor), 40)}: ${described(it)}`),
      hovertemplate: '%{label}<extra></extra>',
    },
  }], { height: Math.max(260, 60 + Math.max(holders.length, actors.length) * 27), margin: { l: 8, r: 8, t: 12, b: 12 } });
  return drawn;
}

registerTable('voices', ['Actor', 'Voice', 'Tone'], () => data.leading.flatMap((actor) => voicesOf(actor).map((it) => ({ it, names: [nameOf.actor(actor), VOICE_NAMES[it.voice]] }))));
registerTable('network', ['Holder', 'Speaks of', 'Tone'], () => ties().map((it) => ({ it, names: [nameOf.holder(it.query.holder), nameOf.actor(it.query.actor)] })));
