// Why a merge queue tries nothing, or soon will not, and what ends that.
// It must never let a queue that somebody has to release pass for one that goes on by itself.
import { h } from './element.js';
import { since, until } from './moment.js';

/** @typedef {NonNullable<import('../../queries/queue-view.ts').QueueView['hold']>} QueueHold */

/** @param {QueueHold} hold */
export function holdNote({ kind, cause, by, reason, sinceMs, untilMs, release }) {
  return h(
    'p',
    { class: 'parking' },
    h(
      'strong',
      null,
      `▲ ${kind === 'backing-off' ? 'backing off' : kind}, ${cause.replaceAll('-', ' ')}`,
    ),
    reason === '' ? '' : `: ${reason}`,
    h(
      'span',
      { class: 'under' },
      `by ${by}`,
      ...(sinceMs === null ? [] : [', for ', since(sinceMs)]),
      ...(untilMs === null ? [] : [', tried again ', until(untilMs)]),
      `. ${release}.`,
    ),
  );
}
