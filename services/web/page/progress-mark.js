// One of the steps that follow each other, with how far it is: for eyes and for ears.
import { h } from './element.js';

/** @param {string} name @param {string} progress @param {[sign: string, says: string]} mark */
export function progressMark(name, progress, [sign, says]) {
  return h(
    'li',
    { key: name, 'data-is': progress, 'aria-current': progress === 'now' && 'step' },
    h('span', { 'aria-hidden': 'true' }, `${sign} `),
    name,
    h('span', { class: 'unseen' }, `: ${says}`),
  );
}
