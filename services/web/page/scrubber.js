// Goes through the revisions of a run: a slider, a step back or on, and the way back to what is live.
// It must never leave a doubt whether what is shown is the past or the present.
import { h, patch } from './element.js';
import { timeOfDay } from './moment.js';
import { stateBadge, toneOf } from './state-badge.js';

/** @typedef {import('../../queries/run-view.ts').Step} Step */

export class Scrubber {
  #onChoose;
  /** @type {readonly Step[]} */
  #steps = [];
  /** Null follows the newest. @type {number | null} */
  #index = null;
  #strip = h('div', { class: 'strip', 'aria-hidden': 'true' });
  #slider = h('input', { type: 'range', min: 0, step: 1, 'aria-label': 'Revision' });
  #back = h('button', { type: 'button', title: 'Revision before (←)' }, '‹ back');
  #on = h('button', { type: 'button', title: 'Next revision (→)' }, 'on ›');
  #live = h('button', { type: 'button', class: 'live', title: 'Back to what is live (l)' });
  #says = h('p', { class: 'says' });

  /** @param {(step: Step | null) => void} onChoose null when it follows the newest again */
  constructor(onChoose) {
    this.#onChoose = onChoose;
    this.#slider.oninput = () => this.#choose(Number(this.#slider.value));
    this.#back.onclick = () => this.move(-1);
    this.#on.onclick = () => this.move(1);
    this.#live.onclick = () => this.follow();
    const slide = h('div', { class: 'slide' }, this.#strip, this.#slider);
    const line = h('div', { class: 'line' }, this.#back, slide, this.#on, this.#live);
    this.element = h('div', { class: 'scrubber' }, line, this.#says);
  }

  get isLive() {
    return this.#index === null;
  }

  /** The step that is shown. @returns {Step | null} */
  get step() {
    return this.#steps[this.#at()] ?? null;
  }

  /** The step before the one that is shown. @returns {Step | null} */
  get stepBefore() {
    return this.#steps[this.#at() - 1] ?? null;
  }

  /** What is looked at stays, by its revision, also when older ones have gone. @param {readonly Step[]} steps */
  show(steps) {
    const revision = this.#index === null ? null : this.#steps[this.#index]?.revision;
    const index = steps.findIndex((step) => step.revision === revision);
    this.#index = revision === null || index < 0 ? null : index;
    this.#steps = steps;
    this.#draw();
  }

  /** @param {number} count revisions on, or back when it is negative */
  move(count) {
    this.#choose(this.#at() + count);
  }

  follow() {
    this.#index = null;
    this.#draw();
    this.#onChoose(null);
  }

  /** @param {number} revision */
  chooseRevision(revision) {
    this.#choose(this.#steps.findIndex((step) => step.revision === revision));
  }

  /** @param {number} index */
  #choose(index) {
    this.#index = Math.max(0, Math.min(index, this.#steps.length - 1));
    this.#draw();
    this.#onChoose(this.step);
  }

  #at() {
    return this.#index ?? this.#steps.length - 1;
  }

  #draw() {
    const { step } = this;
    const at = this.#at();
    const last = this.#steps.length - 1;
    patch(
      this.#strip,
      this.#steps.map(({ state, revision }, index) =>
        h('i', { key: revision, 'data-tone': toneOf(state), 'data-here': index === at }),
      ),
    );
    this.#slider.max = String(Math.max(0, last));
    this.#slider.value = String(at);
    this.#slider.disabled = last < 1;
    this.#back.disabled = at <= 0;
    this.#on.disabled = at >= last;
    this.#live.setAttribute('aria-pressed', String(this.isLive));
    patch(this.#live, this.isLive ? '● live' : 'Back to live');
    if (step === null) return;
    const place = `revision ${step.revision}, ${at + 1} of ${last + 1}`;
    this.#slider.setAttribute('aria-valuetext', `${place}: ${step.state} by ${step.event.type}`);
    patch(this.#says, ...sayingOf(step, place, this.isLive));
  }
}

/** @param {Step} step @param {string} place @param {boolean} isLive */
function sayingOf({ state, event }, place, isLive) {
  return [
    h('strong', null, isLive ? 'Now: ' : 'Then: '),
    place,
    ', ',
    stateBadge(state),
    ' by ',
    h('code', null, event.type),
    ' at ',
    timeOfDay(event.atMs),
  ];
}
