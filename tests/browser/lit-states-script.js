// Writes down, in the tab, which state of the chart is lit when: by the clock of the machine, which is the server's too.
() => {
  const chart = document.querySelector('.chart');
  if (chart === null) throw new Error('there is no chart to watch');
  const litNow = () => chart.querySelector('[data-state].active')?.getAttribute('data-state');
  /** @type {{ state: string, atMs: number }[]} */
  const lightings = [];
  let last = litNow();
  const look = () => {
    const state = litNow();
    if (state === last || !state) return;
    last = state;
    lightings.push({ state, atMs: Date.now() });
  };
  new MutationObserver(look).observe(chart, { subtree: true, attributeFilter: ['class'] });
  Object.assign(globalThis, { lightings });
};
