// When the first picture, which needs no script, has been painted: a task after the first frame that holds it.
requestAnimationFrame(() => setTimeout(() => performance.mark('first-picture')));
