// One dialog at a time, on top of the page: Escape closes it, and the focus goes back where it was.
// It must never do anything by itself: what it was opened for is told what was chosen.
import { h } from './element.js';

/**
 * @typedef {object} DialogOptions
 * @property {string} title
 * @property {import('./element.js').Child[]} body
 * @property {string} confirm label of the button that goes on
 * @property {boolean} [isTold] there is nothing to decide
 * @property {import('./element.js').Child[]} [more] further buttons, before the two that are always there
 * @property {boolean} [isWide]
 * @property {(dialog: HTMLDialogElement) => Promise<boolean>} [onConfirm] keeps the dialog open by false; marks it
 *   `data-over` when there is no going on from it
 */

/**
 * Resolves with true when it was confirmed.
 * @param {DialogOptions} options
 * @returns {Promise<boolean>}
 */
export function openDialog({
  title,
  body,
  confirm,
  more = [],
  isWide = false,
  isTold = false,
  onConfirm,
}) {
  const before = document.activeElement;
  const dialog = h('dialog', { class: isWide ? 'wide' : false, 'aria-label': title });
  const go = h('button', { class: 'primary', type: 'submit' }, confirm);
  const form = h(
    'form',
    { method: 'dialog' },
    h('h2', null, title),
    ...body,
    h('div', { class: 'buttons' }, more, !isTold && closeButton(dialog), go),
  );
  let isConfirmed = false;
  form.onsubmit = async (event) => {
    event.preventDefault();
    go.disabled = true;
    isConfirmed = onConfirm === undefined || (await onConfirm(dialog));
    go.disabled = dialog.dataset['over'] !== undefined;
    if (isConfirmed) dialog.close();
  };
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      dialog.remove();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
      resolve(isConfirmed);
    };
  });
}

/** A dialog that only tells. @param {string} title @param {import('./element.js').Child[]} body */
export function tell(title, body) {
  return openDialog({ title, body, confirm: 'Close', isTold: true });
}

/** @param {HTMLDialogElement} dialog */
function closeButton(dialog) {
  return h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel');
}
