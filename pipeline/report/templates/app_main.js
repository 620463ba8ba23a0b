// Start: the first picture comes alive at once, the others when they come near the view.
function fillPick(id, redraw) {
  const select = byId(id);
  select.append(option('', `the ${Math.min(6, data.leading.length)} most mentioned`));
  for (const actor of codesOf(data.actors).slice(0, 60)) select.append(option(String(actor), nameOf.actor(actor)));
  select.addEventListener('change', () => {
    redraw();
    const details = select.closest('section').querySelector('details.as-table');
    details.querySelector('.scroll')?.remove();
    if (details.open) fillTable(details);
  });
}

function start() {
  // Shown before it is watched: what is hidden never comes near the view.
  byId('figure-calibration')?.toggleAttribute('hidden', data.calibration.length === 0);
  picture('chart-lead', drawLead);
  picture('chart-heat', drawHeat);
  picture('panels-time', drawTime);
  picture('panels-outlets', drawOutlets);
  picture('chart-voices', drawVoices);
  picture('chart-network', drawNetwork);
  picture('chart-timeline', drawTimeline);
  picture('chart-map', drawMap);
  picture('chart-reading', drawReading);
  picture('chart-calibration', drawCalibration);
  fillFilters();
  fillPick('pick-time', () => drawPicture('panels-time'));
  fillPick('pick-outlets', () => drawPicture('panels-outlets'));
  for (const button of document.querySelectorAll('[data-evidence]')) button.addEventListener('click', () => openEvidence(JSON.parse(button.dataset.evidence)));
  for (const button of document.querySelectorAll('[data-theme]')) button.addEventListener('click', () => openEvidence({ theme: data.themes.ids.indexOf(button.dataset.theme) }));
  for (const details of document.querySelectorAll('details.as-table')) details.addEventListener('toggle', () => { if (details.open) fillTable(details); });

  if (pictures.has('chart-lead')) {
    Promise.resolve(drawPicture('chart-lead')).then(() => requestAnimationFrame(() => performance.mark('live-picture')));
  }
  const watcher = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      if (!pictures.get(target.id).drawn) drawPicture(target.id);
    }
  }, { rootMargin: '300px' });
  for (const id of pictures.keys()) if (id !== 'chart-lead') watcher.observe(byId(id));

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => redrawAll());
  matchMedia('(max-width: 640px)').addEventListener('change', () => redrawAll());
  const print = (on) => () => {
    printing = on;
    document.documentElement.classList.toggle('printing', on);
    redrawAll(on);
  };
  window.addEventListener('beforeprint', print(true));
  window.addEventListener('afterprint', print(false));
}

start();
