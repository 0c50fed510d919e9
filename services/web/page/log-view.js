// What the command of a run has written: its end first, more on request, and what is added while it runs.
// It must never grow without a limit: what was shown first goes first.
import { every } from './clock.js';
import { h, patch } from './element.js';
import { plainLog } from './log-text.js';
import { logPathOf } from './path.js';
import { RequestError, request } from './request.js';
import { nothing } from './section.js';

const TAIL_BYTES = 65_536;
const PART_BYTES = 262_144;
const MAX_CHUNKS = 40;
const POLL_MS = 1_000;

/**
 * `epoch` is null for the present one.
 * @typedef {{ address: string, epoch: number | null, machine: string | null, isRunning: boolean }} LogSource
 */

export class LogView {
  #text = h('pre', { class: 'log', tabindex: '0', 'aria-label': 'Log', hidden: true });
  #note = h('div');
  #follow = h('input', { type: 'checkbox', checked: true });
  #earlier = h('button', { class: 'quiet', type: 'button' }, 'Show earlier');
  #signal;
  /** @type {LogSource | null} */
  #source = null;
  /** Bytes of the file that are shown. */
  #start = 0;
  #end = 0;
  /** Of each part that is shown, in bytes. @type {number[]} */
  #sizes = [];
  #isBusy = false;
  /** Nothing will be added, and all of it has been read. */
  #isWhole = false;

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
    this.#earlier.onclick = () => void this.#alone(() => this.#readEarlier());
    const follow = h('label', { class: 'check' }, this.#follow, 'follow');
    this.tools = h('span', { class: 'tools', hidden: true }, this.#earlier, follow);
    this.element = h('div', null, this.#note, this.#text);
    signal.addEventListener(
      'abort',
      every(POLL_MS, () => this.#poll()),
    );
  }

  /** @param {LogSource | null} next */
  show(next) {
    const before = this.#source;
    this.#source = next;
    if (next === null) {
      patch(this.#note, nothing('No command has been started.'));
    } else if (next.address !== before?.address || next.epoch !== before.epoch) {
      this.#end = 0;
      this.#isWhole = false;
      void this.#alone(() => this.#readTail());
    }
  }

  #poll() {
    // It goes on for as long as there is more: the last parts come when the command has ended already.
    if (document.hidden || this.#source === null || this.#isWhole) return;
    void this.#alone(() => (this.#end === 0 ? this.#readTail() : this.#readOn()));
  }

  /** One reading at a time, so that none is shown twice. @param {() => Promise<void>} act */
  async #alone(act) {
    if (this.#isBusy || this.#signal.aborted) return;
    this.#isBusy = true;
    try {
      await act();
    } catch (error) {
      this.#isWhole = !this.#source?.isRunning;
      if (!this.#signal.aborted) this.#showProblem(/** @type {Error} */ (error));
    }
    this.#isBusy = false;
    this.#earlier.hidden = this.#start === 0;
    this.#text.hidden = this.#end === 0;
    this.tools.hidden = this.#end === 0;
  }

  async #readTail() {
    const isRunning = this.#source?.isRunning === true;
    const part = await this.#read(-TAIL_BYTES);
    this.#start = part.start;
    this.#end = part.end;
    this.#sizes = [part.bytes.length];
    this.#text.replaceChildren(textOf(part.bytes));
    // An empty log of a command that has ended stays empty.
    this.#isWhole = part.end === 0 && !isRunning;
    patch(this.#note, part.end === 0 && nothing('Nothing has been written yet.'));
    this.#text.hidden = false;
    this.#text.scrollTop = this.#text.scrollHeight;
  }

  async #readOn() {
    const isRunning = this.#source?.isRunning === true;
    const { bytes, end } = await this.#read(this.#end);
    this.#isWhole = bytes.length === 0 && !isRunning;
    if (bytes.length === 0) return;
    this.#end = end;
    this.#text.append(textOf(bytes));
    this.#sizes.push(bytes.length);
    while (this.#sizes.length > MAX_CHUNKS) {
      this.#text.firstChild?.remove();
      // What is shown begins later now: that is where "earlier" ends.
      this.#start += this.#sizes.shift() ?? 0;
    }
    if (this.#follow.checked) this.#text.scrollTop = this.#text.scrollHeight;
  }

  async #readEarlier() {
    const part = await this.#read(Math.max(0, this.#start - PART_BYTES));
    const height = this.#text.scrollHeight;
    this.#text.prepend(textOf(part.bytes.subarray(0, this.#start - part.start)));
    this.#sizes.unshift(this.#start - part.start);
    this.#start = part.start;
    this.#text.scrollTop += this.#text.scrollHeight - height;
  }

  /** @param {number} from a byte of the file; a negative one counts from its end */
  async #read(from) {
    const { address, epoch } = /** @type {LogSource} */ (this.#source);
    const path = `${logPathOf(address)}?from=${from}${epoch === null ? '' : `&epoch=${epoch}`}`;
    const response = await request(path, { signal: this.#signal });
    const end = Number(response.headers.get('x-next-offset'));
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, end, start: end - bytes.length };
  }

  /** @param {Error} error */
  #showProblem(error) {
    const isMissing = error instanceof RequestError && error.status === 404;
    if (!isMissing) return patch(this.#note, h('p', { class: 'problem' }, error.message));
    const machine = this.#source?.machine;
    const where = machine ? `, but on ${machine}, where its worker is` : '';
    return patch(this.#note, nothing(`Its log is not on this machine${where}.`));
  }
}

/** @param {Uint8Array} bytes */
function textOf(bytes) {
  return document.createTextNode(plainLog(new TextDecoder().decode(bytes)));
}
