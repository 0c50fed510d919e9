// How often each sender may come: a bucket of tokens for each, which fills up again by itself.
// It must never remember more senders than it may: whoever is forgotten has a full bucket.
import type { Clock } from '../../transport/ports.ts';

export interface BucketLimits {
  /** How many may come at once. */
  burst: number;
  perSecond: number;
  maxSenders: number;
}

export interface TokenBuckets {
  /** Takes a token; answers with how long to wait for one, in milliseconds: 0 when it was taken. */
  take(sender: string): number;
}

export function createTokenBuckets(
  clock: Pick<Clock, 'monotonicMs'>,
  { burst, perSecond, maxSenders }: BucketLimits,
): TokenBuckets {
  /** In the order in which they came last. */
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return {
    take(sender) {
      const nowMs = clock.monotonicMs();
      const { tokens, atMs } = buckets.get(sender) ?? { tokens: burst, atMs: nowMs };
      const filled = Math.min(burst, tokens + ((nowMs - atMs) * perSecond) / 1_000);
      const isFree = filled >= 1;
      buckets.delete(sender);
      buckets.set(sender, { tokens: isFree ? filled - 1 : filled, atMs: nowMs });
      const [oldest] = buckets.keys();
      if (buckets.size > maxSenders && oldest !== undefined) buckets.delete(oldest);
      return isFree ? 0 : Math.ceil(((1 - filled) * 1_000) / perSecond);
    },
  };
}
