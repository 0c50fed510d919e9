// A bucket that says of a write which the server has denied that nothing was written: there is no doubt then.
// It must never hide any other failure.
import type { OncewardError } from '../errors.ts';
import type { Bucket } from '../ports.ts';
import { deniedError } from './jetstream-api.ts';

export interface CertainBucket extends Bucket {
  /** Why the newest denied write was; null while none was. */
  denial(): OncewardError | null;
}

/** A denied write counts as lost; whoever was told so asks for the reason. */
export function withCertainDenial(bucket: Bucket): CertainBucket {
  let denied: OncewardError | null = null;
  return {
    ...bucket,
    denial: () => denied,
    async write(write) {
      const outcome = await bucket.write(write);
      const reason = outcome.outcome === 'unknown' ? deniedError(outcome.cause) : null;
      if (reason === null) return outcome;
      denied = reason;
      return { outcome: 'lost' };
    },
  };
}
