// Which moves of a merge queue are not searched: what is odd about a queue is seen one thing at a time.
// Random commands see them together; nothing here may leave a transition out altogether.
import type { MergeContext } from '../../../machines/merge/context.ts';
import type { Move } from './situation.ts';

/** So many trials have ended where a prelude has brought a queue close to its breaker. */
const FRUITLESS_IN_A_PRELUDE = 9;
const MAX_ENDINGS = 1;
/** From so many on, a prelude has worn a trial out. */
const WORN = 3;
const LANDING = ['take', 'landed', 'base-moved', 'verified'];
const GIVING_UP = ['holder-lost', 'lease-elapsed', 'failed', 'prepared', 'validated'];

export function isMergeLeftOut(context: MergeContext, move: Move): boolean {
  const { ended, decided, freeze, entries } = context;
  if (freeze?.cause === 'red-base') return !['base-seen', 'reminder'].includes(move.type);
  if (entries.length > 2) return true;
  const endings = (ended.length % FRUITLESS_IN_A_PRELUDE) + decided.length;
  // Whoever has left may ask again.
  if (endings > MAX_ENDINGS)
    return endings > 2 || context.trial !== null || move.type !== 'enqueue';
  const allowed = allowedBy(context);
  return allowed !== null && !allowed.includes(move.type);
}

/** The only moves that are searched while something is odd; null while nothing is. */
function allowedBy(context: MergeContext): readonly string[] | null {
  const { entries, trial, freeze, hunt, ended } = context;
  const [first, second] = entries;
  if (second !== undefined) return ['withdraw', 'eject', 'admission', 'move'];
  if (first?.withdrawn) return LANDING;
  if (first !== undefined && first.attempt > 1) return [];
  if (freeze !== null && trial !== null) return [...LANDING, 'resume'];
  if (trial === null) return null;
  if (first?.isAdmitted === false) {
    return ['take', 'prepared', 'validated', 'checks-judged', 'admission'];
  }
  if (hunt?.needsControl) return ['take', 'prepared', 'validated', 'checks-judged'];
  if (ended.length > 0) return ['take', 'prepared', 'checks-judged', 'look-due'];
  if (trial.reclaims >= WORN) return [...LANDING, ...GIVING_UP];
  if (trial.faults > 0) return ['take', 'prepared', 'validated', 'checks-judged'];
  if (trial.baseMoves + trial.reclaims > 0) return ['take', 'job-overdue'];
  return trial.seen === null ? null : ['checks-judged'];
}
