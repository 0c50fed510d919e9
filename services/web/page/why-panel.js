// Why it stands where it stands: whose turn it is, what moves it on, and what a person can do now.
import { candidateTable } from './candidate-table.js';
import { copyableCommand } from './copy-button.js';
import { h } from './element.js';
import { ago, until } from './moment.js';
import { pathOf, runOf, typedAddress } from './path.js';
import { facts } from './section.js';

/** @typedef {import('../../queries/why-view.ts').Why} Why */

const LONG_WORD = /(\S{25,})/;

/** @param {Why} why */
export function whyPanel(why) {
  return [
    h(
      'p',
      { class: 'waits' },
      h('span', { class: 'muted' }, 'Waits for '),
      breakable(why.waitsFor),
    ),
    why.run && runLine(why.run, why.waitsFor),
    facts([
      ['Turn of', ownerOf(why)],
      ['Otherwise', why.isFinished ? null : why.reconciler],
      ['Last applied', appliedOf(why)],
      ['Last refused', refusedOf(why)],
      ['Claims lost', why.lostClaims.length === 0 ? null : String(why.lostClaims.length)],
    ]),
    h('h3', null, 'What you can do'),
    h(
      'ul',
      { class: 'actions' },
      ...why.actions.map(({ command, does }) => actionOf(command, does)),
    ),
    ...why.notes.map((note) => h('p', { class: 'muted' }, note)),
  ];
}

/** A subject, `onceward.event.run.…`, is rather broken behind a dot than within a word. @param {string} text */
function breakable(text) {
  return text
    .split(LONG_WORD)
    .flatMap((word) => (LONG_WORD.test(word) ? word.split(/(?<=\.)/) : [word]))
    .flatMap((part) => (part.endsWith('.') ? [part, h('wbr', null)] : [part]));
}

/** What the run waits for is told only when that is something else. @param {Why} run @param {string} told */
function runLine({ address, waitsFor }, told) {
  const typed = typedAddress(address);
  const link = h('a', { href: pathOf(typed) }, `Run ${runOf(typed)}`);
  return h('p', { class: 'run-line' }, link, !told.includes(waitsFor) && ` waits for ${waitsFor}`);
}

/** What fires by itself, and when. @param {Why['timers']} timers */
export function timerList(timers) {
  if (timers.length === 0) return h('p', { class: 'muted' }, 'No timer is set.');
  return h(
    'ul',
    { class: 'timers' },
    ...timers.map(({ event, dueAtMs, does }) =>
      h(
        'li',
        { key: event },
        h('code', null, event),
        ' ',
        h('strong', null, until(dueAtMs)),
        h('p', null, does),
      ),
    ),
  );
}

/** @param {Why} why */
function ownerOf({ owner: { who, isAlive, detail } }) {
  const life = { true: ['good', '● alive'], false: ['bad', '✕ gone'], null: null }[String(isAlive)];
  return [
    h('span', { class: 'wrap' }, who),
    life && h('span', { class: 'badge', 'data-tone': life[0] }, life[1]),
    detail !== '' && h('span', { class: 'under' }, detail),
  ];
}

/** @param {Why} why */
function appliedOf({ lastApplied: { type, atMs, revision } }) {
  return [h('code', null, type), ' ', ago(atMs), `, revision ${revision}`];
}

/** @param {Why} why */
function refusedOf({ lastRefused }) {
  if (lastRefused === null) return null;
  const { type, atMs, reason, message, candidates } = lastRefused;
  return [
    h('code', null, type),
    ' ',
    ago(atMs),
    h('span', { class: 'under' }, `${reason ?? 'refused'}: ${message}`),
    candidates.length > 0 &&
      h('details', null, h('summary', null, 'Which ways were closed'), candidateTable(candidates)),
  ];
}

/** @param {string} command @param {string} does */
function actionOf(command, does) {
  return h('li', { key: command }, h('p', null, does), copyableCommand(command));
}
