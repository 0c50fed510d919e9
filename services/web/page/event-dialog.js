// Sends an event, after saying what it would do. It carries the revision the person has seen.
// It must never send anything that was not confirmed, nor again by itself when the answer is no.
import { candidateTable } from './candidate-table.js';
import { openDialog } from './dialog.js';
import { h, patch } from './element.js';
import { postEvent } from './request.js';
import { say } from './section.js';
import { stateBadge } from './state-badge.js';

/**
 * @typedef {import('./event-button.js').AcceptableEvent} AcceptableEvent
 * @typedef {import('./event-button.js').Target} Target
 */

const REVISION_MOVED = 412;
const REFUSED = 422;
const MAX_ROWS = 14;

/**
 * @param {Target} target
 * @param {AcceptableEvent} event
 * @param {() => void} onSent
 */
export function openEventDialog(target, event, onSent) {
  const text = JSON.stringify(event.data, null, 2);
  const rows = Math.min(MAX_ROWS, text.split('\n').length + 1);
  const field = h('textarea', { id: 'event-data', rows, spellcheck: 'false' }, text);
  const result = h('div', { class: 'result', role: 'status' });
  const fields = fieldsOf(event.schema);

  /** @param {boolean} isDryRun @param {HTMLElement} [dialog] @returns {Promise<boolean>} */
  const post = async (isDryRun, dialog) => {
    const data = parsed(field.value);
    if (data === undefined) {
      patch(result, h('p', { class: 'problem' }, 'The data is no JSON object.'));
      return false;
    }
    try {
      const { address, revision } = target;
      const answer = await postEvent({ address, type: event.type, data, isDryRun }, revision);
      if (answer === null) return false;
      patch(result, ...(isDryRun ? outlook(answer) : []));
      if (!isDryRun) say(`${event.type} was applied: ${answer.state}`);
      return !isDryRun;
    } catch (error) {
      const { status } = /** @type {import('./request.js').RequestError} */ (error);
      if (status === REVISION_MOVED) dialog?.setAttribute('data-over', '');
      patch(result, ...refusal(/** @type {Error} */ (error), target));
      return false;
    }
  };

  const check = h('button', { type: 'button', onclick: () => void post(true) }, 'Check first');
  const sent = openDialog({
    title: `Send ${event.type}`,
    isWide: true,
    confirm: `Send ${event.type}`,
    more: [check],
    onConfirm: (dialog) => post(false, dialog),
    body: [
      h(
        'p',
        null,
        'To ',
        h('code', null, target.address),
        ` at revision ${target.revision}, now `,
        stateBadge(target.state),
        '.',
      ),
      h(
        'p',
        null,
        event.to === null
          ? 'It stays in its state.'
          : ['It would lead to ', stateBadge(event.to), '.'],
      ),
      h('label', { for: 'event-data', hidden: fields.length === 0 }, 'Data'),
      h('div', { hidden: fields.length === 0 }, field, fieldHints(fields)),
      result,
    ].flat(),
  });
  return sent.then((isSent) => {
    onSent();
    return isSent;
  });
}

/** What a dry run has found. @param {any} answer */
function outlook({ outcome, to, effects, candidates, reason, message }) {
  if (outcome !== 'would-apply') {
    return [
      h('p', { class: 'problem' }, `It would be refused: ${reason}. ${message ?? ''}`),
      candidateTable(candidates ?? []),
    ];
  }
  const next = to === null ? 'Its state stays.' : ['It would be in ', stateBadge(to), '.'];
  return [
    h('p', null, '✓ It would be applied. ', next),
    effects.length > 0 && h('p', null, 'And then:'),
    h('ul', null, ...effects.map((/** @type {string} */ effect) => h('li', null, effect))),
  ];
}

/** @param {Error} error @param {Target} target */
function refusal(error, { revision }) {
  const { status, message, hint, body } = /** @type {import('./request.js').RequestError} */ (
    error
  );
  const problem = h('p', { class: 'problem' }, message);
  if (status === REFUSED) return [problem, candidateTable(body?.candidates ?? [])];
  const lines = [problem, hint && h('p', { class: 'muted' }, hint)];
  if (status === REVISION_MOVED) {
    const advice = `You have looked at revision ${revision}. Close this, look again, and decide again.`;
    return [...lines, h('p', null, advice)];
  }
  return lines;
}

/** @param {Record<string, any>} schema */
function fieldsOf({ properties = {}, required = [] }) {
  return Object.entries(properties).map(([name, one]) => ({
    name,
    is:
      one.enum?.join(' | ') ??
      one.const ??
      one.type ??
      (one.anyOf ?? []).map((/** @type {any} */ of) => of.type).join(' or '),
    isRequired: required.includes(name) && one.default === undefined,
  }));
}

/** @param {ReturnType<typeof fieldsOf>} fields */
function fieldHints(fields) {
  return h(
    'ul',
    { class: 'hints', 'aria-label': 'Fields' },
    ...fields.map(({ name, is, isRequired }) =>
      h('li', null, h('code', null, name), ` ${is}`, isRequired && h('strong', null, ' needed')),
    ),
  );
}

/** @param {string} text @returns {object | undefined} */
function parsed(text) {
  try {
    const value = JSON.parse(text.trim() === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
