// The releases that wait for an environment, in the order in which they are brought.
import { h } from './element.js';
import { since } from './moment.js';
import { pathOf, runOf } from './path.js';
import { nothing } from './section.js';

/** @typedef {import('../../queries/deployment-view.ts').ReleaseView} ReleaseView */

/** @param {readonly ReleaseView[]} queue */
export function releaseTrain(queue) {
  if (queue.length === 0) return [nothing('Nobody waits.')];
  return [h('ol', { class: 'train releases', 'aria-label': 'Releases' }, ...queue.map(carOf))];
}

/** @param {ReleaseView} release */
function carOf(release) {
  const { position, item, run, title, sha, by, passes, override, requestedAtMs, waitsFor } =
    release;
  const name = title || item || `by ${by}`;
  return h(
    'li',
    { key: `${position}-${item ?? sha}`, value: position },
    h('span', { class: 'position', 'aria-hidden': 'true' }, String(position)),
    h(
      'div',
      { class: 'who' },
      item === null
        ? h('span', { class: 'title' }, name)
        : h('a', { href: pathOf(item), class: 'title' }, name),
      h(
        'span',
        { class: 'under' },
        item !== null && h('code', null, item),
        ' ',
        run !== null && h('a', { href: pathOf(run) }, runOf(run)),
        ' ',
        h('code', { title: sha }, sha.slice(0, 12)),
        ...passes.map((environment) => h('span', { class: 'tag' }, `passed in ${environment}`)),
        override !== null && h('span', { class: 'tag' }, `override by ${override.by}`),
      ),
    ),
    h('p', { class: 'why' }, 'waits for ', waitsFor),
    h('span', { class: 'age' }, since(requestedAtMs)),
  );
}
