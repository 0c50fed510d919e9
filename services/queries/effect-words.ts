// What a transition asks of the world, in words for people.
// It must never leave an effect unsaid.
import { match } from 'ts-pattern';
import type { Effect } from '../../machines/effect.ts';
import { userAddress } from './user-address.ts';

/** `tells shop/7 to advance`. Names and messages in it come from outside. */
export function effectWords(effect: Effect): string {
  return match(effect)
    .with({ type: 'tell' }, ({ to, event }) => `tells ${userAddress(to)}: ${event}`)
    .with({ type: 'job' }, ({ kind, pool, epoch }) => {
      return `asks pool ${pool} for the job ${kind}, epoch ${epoch}`;
    })
    .with({ type: 'archive' }, ({ addresses }) => `archives ${addresses.length} actors`)
    .with({ type: 'alarm' }, ({ reason, message }) => `raises the alarm ${reason}: ${message}`)
    .exhaustive();
}
