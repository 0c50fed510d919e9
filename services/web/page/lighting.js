// Which state of a chart is lit: the newest that is known, or the one of the revision a person looks at.
// It must never go back by itself: what was read may be behind what was heard, or ahead of it.
import { say } from './section.js';

/**
 * @typedef {{ state: string, revision: number, event: { type: string } | null }} News
 * @typedef {ReturnType<typeof import('./chart.js').createChart>} Chart
 */

export class Lighting {
  #chart;
  #scrubber;
  /** The newest that is known. @type {{ state: string, revision: number }} */
  #known;

  /**
   * @param {Chart} chart
   * @param {Pick<import('./scrubber.js').Scrubber, 'step' | 'stepBefore' | 'isLive'>} scrubber
   * @param {{ state: string, revision: number }} first
   */
  constructor(chart, scrubber, { state, revision }) {
    this.#chart = chart;
    this.#scrubber = scrubber;
    this.#known = { state, revision };
  }

  /** Lights what is new, and shows how it came there. False when it was known. @param {News} news */
  moveOn({ state, revision, event }) {
    if (revision <= this.#known.revision) return false;
    const move = { from: this.#known.state, to: state, event: event?.type ?? '' };
    this.#known = { state, revision };
    if (!this.#scrubber.isLive) return true;
    this.#chart.light(state);
    this.#chart.flash(move);
    say(`Now ${state}, by ${move.event}`);
    return true;
  }

  /** Lights it again, after something was read. */
  draw() {
    const { step, isLive } = this.#scrubber;
    this.#chart.light(isLive || step === null ? this.#known.state : step.state);
  }

  /** Shows how a past revision, just chosen, came about. */
  retrace() {
    const { step, stepBefore, isLive } = this.#scrubber;
    if (isLive || step === null) return;
    const from = stepBefore?.state ?? null;
    this.#chart.flash({ from, to: step.state, event: step.event.type });
  }
}
