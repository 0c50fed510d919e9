// Says above every view which accounts are suspended, why, and until when: then no run begins on them.
// What a provider wrote is shown as text, and must never be taken for anything else.
import { every } from './clock.js';
import { onReconnected } from './connection.js';
import { h, patch } from './element.js';
import { utc } from './moment.js';
import { getJson } from './request.js';

/** @typedef {import('../../queries/fleet-view.ts').FleetAccount} FleetAccount */

const REFRESH_MS = 10_000;
/** Of them all, the fleet's page tells more. */
const MAX_EVIDENCE_CHARACTERS = 160;

/** Begins to look, and goes on for as long as the page is open. */
export function startTellingOfSuspensions() {
  let isReading = false;
  const read = async () => {
    if (isReading || document.hidden) return;
    isReading = true;
    // Who may not read them, or gets no answer, keeps what is shown: the page says the rest.
    const answer = await getJson('/api/accounts').catch(() => null);
    isReading = false;
    if (answer !== null) show(/** @type {{ accounts: FleetAccount[] }} */ (answer).accounts);
  };
  every(REFRESH_MS, () => void read());
  onReconnected(() => void read());
  document.addEventListener('visibilitychange', () => void read());
  void read();
}

/** @param {readonly FleetAccount[]} accounts */
function show(accounts) {
  const banner = document.getElementById('suspended');
  if (banner === null) return;
  const suspended = accounts.filter(({ suspension }) => suspension !== null);
  banner.hidden = suspended.length === 0;
  patch(banner, ...suspended.map(lineOf));
}

/** @param {FleetAccount} account */
function lineOf({ address, owner, name, suspension }) {
  if (suspension === null) return null;
  const { cause, evidence, untilMs } = suspension;
  return h(
    'p',
    { key: address },
    h('strong', null, `▲ ${nameOf(owner, name)}: ${causeText(cause)}, until `, utc(untilMs)),
    evidence !== '' && h('span', null, ` ${evidence.slice(0, MAX_EVIDENCE_CHARACTERS)}`),
    h('span', null, ' No run begins on it meanwhile. '),
    h('a', { href: '/fleet' }, 'Accounts'),
  );
}

/** A provider is known by its name; a project's account is the money of its day. @param {string} owner @param {string} name */
function nameOf(owner, name) {
  return owner === 'provider' ? name : `${owner} ${name}`;
}

/** `usage-limit` as `usage limit`. @param {string} cause */
export function causeText(cause) {
  return cause.replaceAll('-', ' ');
}
