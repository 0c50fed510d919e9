// Who holds a lease, and how far they got. It must never say who should.
import { h } from './element.js';
import { ago, since, until } from './moment.js';
import { facts, nothing } from './section.js';

/**
 * @param {import('../../../machines/lease-holder.ts').Holder | null} holder
 * @param {number | null} leaseUntilMs
 * @param {string} why nobody holds it, behind a colon; empty where there is nothing to say
 */
export function holderFacts(holder, leaseUntilMs, why) {
  if (holder === null) return nothing(`Nobody holds it${why}.`);
  const { worker, machine, token, sinceMs, doing, progressAtMs, watermark } = holder;
  return facts([
    ['Held by', h('code', { class: 'wrap' }, worker)],
    ['Machine', machine],
    ['Token', String(token)],
    ['For', since(sinceMs)],
    ['Doing', doing],
    ['Progress', [ago(progressAtMs), `, watermark ${watermark}`]],
    ['Ends', leaseUntilMs === null ? null : [until(leaseUntilMs), ', unless it gets on']],
  ]);
}
