// Begins the page: the token, the session, the keys, the first view.
// It must never show anything to who may not read.
import { h, patch } from './element.js';
import { showKeys, startListening } from './keys.js';
import { startTicking } from './moment.js';
import { getJson, request } from './request.js';
import { startRouting } from './routes.js';
import { askForToken, forgetToken, takeTokenFromAddress, token } from './session.js';
import { startTellingOfSuspensions } from './suspension-banner.js';

takeTokenFromAddress();
// A link with a token, opened where the page is open already, loads nothing by itself.
addEventListener('hashchange', () => takeTokenFromAddress() && location.reload());
startListening();
startTicking();
document.getElementById('keys')?.addEventListener('click', () => void showKeys());
await begin();

async function begin() {
  try {
    await letIn();
  } catch (error) {
    showFailure(/** @type {Error} */ (error));
    return;
  }
  startTellingOfSuspensions();
  await startRouting();
}

/** Beyond loopback reading needs the token, too; the server keeps it in a cookie. */
async function letIn() {
  const { mayRead } = await getJson('/api/session');
  for (let isAllowed = mayRead; !isAllowed; ) {
    const known = token() ?? (await askForToken('This server is read with a token.'));
    if (known === null) throw new Error('this page is shown to who has the token');
    const body = JSON.stringify({ token: known });
    const headers = { 'content-type': 'application/json' };
    isAllowed = await request('/api/session', { method: 'POST', body, headers }).then(
      () => true,
      () => false,
    );
    if (!isAllowed) forgetToken();
  }
}

/** @param {Error} error */
function showFailure(error) {
  const main = document.getElementById('main');
  if (main === null) return;
  const again = h('button', { onclick: () => location.reload() }, 'Try again');
  patch(
    main,
    h('div', { class: 'empty' }, h('h1', null, 'No answer'), h('p', null, error.message), again),
  );
}
