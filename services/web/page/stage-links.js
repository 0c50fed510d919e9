// The links in the drawing of a pipeline: a stage that has a run leads to its latest one.
// It must never lead to a run that is not the latest: the drawing and the runs come each in its own time.
import { pathOf, typedAddress } from './path.js';

/** @typedef {import('../../queries/item-view.ts').TimelineRun} TimelineRun */

export class StageLinks {
  /** @type {SVGElement | null} */
  #svg = null;
  /** @type {readonly TimelineRun[]} */
  #runs = [];

  /** In a drawing that has just come. @param {SVGElement} svg */
  showIn(svg) {
    this.#svg = svg;
    this.#draw();
  }

  /** @param {readonly TimelineRun[]} runs oldest first */
  lead(runs) {
    this.#runs = runs;
    this.#draw();
  }

  #draw() {
    for (const group of this.#svg?.querySelectorAll('[data-stage]') ?? []) {
      const stage = group.getAttribute('data-stage');
      const run = this.#runs.findLast((one) => one.stage === stage);
      if (run !== undefined) linkOf(group).setAttribute('href', pathOf(typedAddress(run.address)));
    }
  }
}

/** The link around it, which is made when there is none. @param {Element} group */
function linkOf(group) {
  const around = group.closest('a');
  if (around !== null) return around;
  const link = document.createElementNS('http://www.w3.org/2000/svg', 'a');
  group.replaceWith(link);
  link.append(group);
  return link;
}
