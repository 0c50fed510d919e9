// The token for writing: found in the address bar's fragment, or asked for; kept until the tab is closed.
// It must never stay in the address bar, and never be sent anywhere but to this origin.
import { h } from './element.js';

const KEY = 'onceward-token';

/**
 * Takes the token out of `#token=…`, before anybody copies or shares the address.
 * @returns {boolean} whether there was one
 */
export function takeTokenFromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (found === null) return false;
  history.replaceState(history.state, '', location.pathname + location.search);
  sessionStorage.setItem(KEY, found);
  return true;
}

/** @returns {string | null} */
export function token() {
  return sessionStorage.getItem(KEY);
}

export function forgetToken() {
  sessionStorage.removeItem(KEY);
}

/**
 * Asks the person for the token. Null when they would rather not.
 * @param {string} why
 * @returns {Promise<string | null>}
 */
export async function askForToken(why) {
  const { openDialog } = await import('./dialog.js');
  const field = h('input', {
    ...{ id: 'token-field', type: 'password', autocomplete: 'off', spellcheck: 'false' },
    required: true,
  });
  const answer = await openDialog({
    title: 'A token is needed',
    body: [
      h('p', null, why),
      h('label', { for: 'token-field' }, 'Token'),
      field,
      h('p', { class: 'muted' }, 'Print it with ', h('code', null, 'onceward page'), '.'),
    ],
    confirm: 'Use it',
  });
  const given = field.value.trim();
  if (!answer || given === '') return null;
  sessionStorage.setItem(KEY, given);
  return given;
}
