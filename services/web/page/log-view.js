// What the command of a run has written: its end first, more on request, and what is added while it runs.
// It must never grow without a limit: what was shown first goes first.
import { every } from './clock.js';
import { h, patch } from './element.js';
import { plainLog } from './log-text.js';
import { logPathOf } from './path.js';
import { request } from './request.js';
import { nothing } from './section.js';

const TAIL_BYTES = 65_536;
const PART_BYTES = 262_144;
const MAX_CHUNKS = 40;
const POLL_MS = 1_000;
const NOT_STARTED = 'No command has been started.';
const NO_CONTENT = 204;

/** Its file is not on the machine of this server. */
class NotHere extends Error {}

/**
 * `epoch` is null for the present one.
 * @typedef {{ address: string, epoch: number | null, machine: string | null, isRunning: boolean }} LogSource
 */

export class LogView {
  #text = h('pre', { class: 'log', tabindex: '0', 'aria-label': 'Log', hidden: true });
  #note = h('div', null, nothing(NOT_STARTED));
  #follow = h('input', { type: 'checkbox', checked: true });
  #earlier = h('button', { class: 'quiet', type: 'button' }, 'Show earlier');
  /** @type {LogSource | null} */
  #source = null;
  /** Aborted when something else is to be shown. */
  #leave = new AbortController();
  /** Whose bytes are shown: each epoch of a run has a file of its own. */
  #epoch = '';
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
    this.#earlier.onclick = () => void this.#alone(() => this.#readEarlier());
    const follow = h('label', { class: 'check' }, this.#follow, 'follow');
    this.tools = h('span', { class: 'tools', hidden: true }, this.#earlier, follow);
    this.element = h('div', null, this.#note, this.#text);
    const stop = every(POLL_MS, () => this.#poll());
    signal.addEventListener('abort', () => {
      stop();
      this.#leave.abort();
    });
  }

  /** @param {LogSource | null} next */
  show(next) {
    const before = this.#source;
    this.#source = next;
    if (next?.isRunning) this.#isWhole = false;
    if (next?.address === before?.address && next?.epoch === before?.epoch) return;
    this.#leave.abort();
    this.#leave = new AbortController();
    this.#isBusy = false;
    this.#isWhole = false;
    this.#end = 0;
    this.#reveal();
    patch(this.#note, next === null && nothing(NOT_STARTED));
    if (next !== null) void this.#alone(() => this.#readTail());
  }

  #poll() {
    // It goes on for as long as there is more: the last parts come when the command has ended already.
    if (document.hidden || this.#source === null || this.#isWhole) return;
    void this.#alone(() => (this.#end === 0 ? this.#readTail() : this.#readOn()));
  }

  /** One reading at a time, so that none is shown twice. @param {() => Promise<void>} act */
  async #alone(act) {
    const { signal } = this.#leave;
    if (this.#isBusy || signal.aborted) return;
    this.#isBusy = true;
    try {
      await act();
    } catch (error) {
      if (signal.aborted) return;
      this.#showProblem(/** @type {Error} */ (error));
    }
    this.#isBusy = false;
    this.#reveal();
  }

  #reveal() {
    this.#earlier.hidden = this.#start === 0;
    this.#text.hidden = this.#end === 0;
    this.tools.hidden = this.#end === 0;
  }

  async #readTail() {
    const isRunning = this.#source?.isRunning === true;
    const part = await this.#read(-TAIL_BYTES, this.#source?.epoch);
    this.#epoch = part.epoch;
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
    const { bytes, end, epoch } = await this.#read(this.#end, this.#source?.epoch);
    // Its worker was lost, and another one has begun again.
    if (epoch !== this.#epoch) return this.#readTail();
    patch(this.#note);
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
    const part = await this.#read(Math.max(0, this.#start - PART_BYTES), this.#epoch);
    const height = this.#text.scrollHeight;
    this.#text.prepend(textOf(part.bytes.subarray(0, this.#start - part.start)));
    this.#sizes.unshift(this.#start - part.start);
    this.#start = part.start;
    this.#text.scrollTop += this.#text.scrollHeight - height;
  }

  /**
   * @param {number} from a byte of the file; a negative one counts from its end
   * @param {number | string | null | undefined} wanted the epoch; the present one when it is left open
   */
  async #read(from, wanted) {
    const { address } = /** @type {LogSource} */ (this.#source);
    const { signal } = this.#leave;
    const path = `${logPathOf(address)}?from=${from}&epoch=${wanted ?? ''}`;
    const response = await request(path, { signal });
    if (response.status === NO_CONTENT) throw new NotHere();
    const end = Number(response.headers.get('x-next-offset'));
    const epoch = response.headers.get('x-epoch') ?? '';
    const bytes = new Uint8Array(await response.arrayBuffer());
    signal.throwIfAborted();
    return { bytes, end, epoch, start: end - bytes.length };
  }

  /** @param {Error} error */
  #showProblem(error) {
    const isMissing = error instanceof NotHere;
    // Whatever else stands in the way may be over the next time.
    this.#isWhole = isMissing && !this.#source?.isRunning;
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
