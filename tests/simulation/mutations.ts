// Ways to break the code under test, each by one replacement, and the seed that shows it. A change of the code
// may move the place or the seed: `node --import tsx tests/simulation/mutation-search.ts` finds them anew.
import { DEPLOY_MUTATIONS } from './deploy-mutations.ts';
import { MERGE_MUTATIONS } from './merge-mutations.ts';

export interface Mutation {
  name: string;
  /** What it breaks, in the words of the laws. */
  breaks: string;
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
  /** Violates a rule with the mutation, and none without. */
  seed: number;
}

/** Of items, runs, accounts and what serves them. */
const COMMON_MUTATIONS: readonly Mutation[] = [
  {
    name: 'drop the compare-and-set',
    breaks: 'a record is written over whatever is there',
    file: 'services/actors/commit.ts',
    find: 'const outcome = await enqueue(write);',
    replace:
      'let outcome = await enqueue(write); while (outcome.outcome === "lost") { const there = await bucket.read(write.key); outcome = await enqueue({ ...write, expectedRevision: there?.revision ?? 0 }); }',
    seed: 2,
  },
  {
    name: 'act before the claim is committed',
    breaks: 'effects are performed before the record that orders them is stored',
    file: 'services/actors/actor-step.ts',
    find: "if (written.outcome === 'lost') return null;",
    replace:
      "if (written.outcome === 'lost') { void act(options, { address: event.address, revision: (stored?.revision ?? 0) + 1, effects: decision.effects }); return null; }",
    seed: 5,
  },
  {
    name: 'skip the grace',
    breaks: 'a finished run may be taken over at once',
    file: 'machines/run/actions.ts',
    find: "'grace-elapsed': timeOf(args) + graceMsOf(args.context)",
    replace: "'grace-elapsed': timeOf(args) + 100",
    seed: 1,
  },
  {
    name: 'ignore that a deadline is not due',
    breaks: 'a forged or stale deadline is believed',
    file: 'machines/run/guards.ts',
    find: 'return dueAtMs !== undefined && event.atMs >= dueAtMs;',
    replace: 'return true;',
    seed: 85,
  },
  {
    name: 'ignore the epoch',
    breaks: 'a worker that has lost the run is still listened to',
    file: 'machines/run/fences.ts',
    find: 'if (epoch === context.epoch) return null;',
    replace: 'return null;',
    seed: 75,
  },
  {
    name: 'acknowledge before the commit',
    breaks: 'a message is acknowledged before what it brought about is stored',
    file: 'services/actors/partition.ts',
    find: 'const handle = async (message: MailboxMessage, admitted: Admitted): Promise<void> => {',
    replace:
      'const handle = async (message: MailboxMessage, admitted: Admitted): Promise<void> => { message.ack();',
    seed: 1,
  },
  {
    name: 'reset a budget',
    breaks: 'going back to an earlier stage forgets what was spent',
    file: 'machines/item/actions.ts',
    find: 'if (isPassing(verdict.kind) || charge === null) return context.spent;',
    replace: 'if (isPassing(verdict.kind) || charge === null) return {};',
    seed: 5,
  },
  {
    name: 'treat unknown as lost',
    breaks: 'an event whose outcome nobody knows is given up',
    file: 'services/actors/actors.ts',
    find: "if (event.door === 'ask' || options.isStopping()) {",
    replace: '{',
    seed: 27,
  },
  {
    name: 'treat unknown as won',
    breaks: 'a write that never landed is answered as applied',
    file: 'services/actors/commit.ts',
    find: "if (found.outcome !== 'absent') return found;",
    replace: "return { outcome: 'won', revision: 1 };",
    seed: 7,
  },
  {
    name: 'forget the outboxes of a take-over',
    breaks: 'what a dead host ordered and did not do is never done',
    file: 'services/actors/takeover.ts',
    find: 'if (left !== null && isTaken) undone.push(left);',
    replace: '',
    seed: 18,
  },
  {
    name: 'forget the deadlines of a take-over',
    breaks: 'nobody waits for the deadlines of a dead host',
    file: 'services/actors/takeover.ts',
    find: 'watch(address, loaded.stored);',
    replace: '',
    seed: 91,
  },
  {
    name: 'no repeat is recognised',
    breaks: 'an event that is sent again is applied again',
    file: 'machines/decide.ts',
    find: 'if (repeat !== null) return repeat;',
    replace: 'if (repeat === undefined) return repeat;',
    seed: 2,
  },
  {
    name: 'drop a deadline',
    breaks: 'a claimed run whose advance got lost waits for ever',
    file: 'machines/run/machine.ts',
    find: "entry: ['armLease', 'advanceItem'],",
    replace: "entry: ['disarm', 'advanceItem'],",
    seed: 1,
  },
  {
    name: 'claim on a stale revision',
    breaks: 'a verdict counts although the run has moved past what it was given on',
    file: 'machines/run/guards.ts',
    find: 'return evaluatedRevision === event.revision;',
    replace: 'return true;',
    seed: 50,
  },
  {
    name: 'anybody claims before the grace',
    breaks: 'a live finalizing run is taken over',
    file: 'machines/run/guards.ts',
    find: 'return !isProcessStage(args) || args.event.data.claimant === args.context.worker;',
    replace: 'return true;',
    seed: 11,
  },
  {
    name: 'believe a refusal on a cached record',
    breaks: 'an event is refused on a record that another host has moved since',
    file: 'services/actors/actor-step.ts',
    find: 'if (!isProven &&',
    replace: 'if (isProven && !isProven &&',
    seed: 157,
  },
  {
    name: 'let later messages overtake one that failed',
    breaks: 'a message that comes again behind a later one is taken for a repeat',
    file: 'services/actors/partition.ts',
    find: 'if (stranded.has(family)) return;',
    replace: '',
    seed: 432,
  },
  {
    name: 'archive with the record in hand for ever',
    breaks: 'two hosts that archive one item keep each other from ending',
    file: 'services/actors/archive.ts',
    find: 'would lose again, for ever.\n    options.cache.forget(address);',
    replace: '',
    seed: 168,
  },
  {
    name: 'drop effects that are not performed yet',
    breaks: 'a commit forgets what the one before it ordered',
    file: 'machines/decide.ts',
    find: 'outbox: [...record.outbox, ...effects],',
    replace: 'outbox: [...effects],',
    seed: 8,
  },
  {
    name: 'remove before the copy is in the archive',
    breaks: 'a finished actor is gone without a trace',
    file: 'services/actors/archive.ts',
    find: 'await copy(address,',
    replace: 'void copy(address,',
    seed: 1,
  },
  {
    name: 'charge an outage',
    breaks: 'an item pays for what its provider refuses',
    file: 'machines/run/charge.ts',
    find: "if (kind === 'infra_error' && isAccountCause(cause)) return null;",
    replace: '',
    seed: 70,
  },
  {
    name: 'forget that a hold is due',
    breaks: 'a run that was held never asks again',
    file: 'machines/run/machine.ts',
    find: "entry: 'armHold',",
    replace: "entry: 'disarm',",
    seed: 70,
  },
  {
    name: 'draw again what was drawn',
    breaks: 'an account counts all of a run with each of its signs of life',
    file: 'machines/run/transitions.ts',
    find: "['recordProgress', 'drawOnAccounts', 'recordDrawn']",
    replace: "['recordProgress', 'drawOnAccounts']",
    seed: 25,
  },
  {
    name: 'lose the last words of a cancelled run',
    breaks: 'what it used until its end is drawn by nobody',
    file: 'machines/run/transitions.ts',
    find: "['recordReport', 'drawOnAccounts', 'recordDrawn']",
    replace: "['recordReport']",
    seed: 355,
  },
  {
    name: 'start without asking the accounts',
    breaks: 'a run is started although its account is suspended',
    file: 'services/workers/stage-run.ts',
    find: 'if (hold !== null) {',
    replace: 'if (hold !== null && hold === undefined) {',
    seed: 390,
  },
  {
    name: 'forget the cap of an item',
    breaks: 'an item goes on beyond its cap without a person',
    file: 'machines/item/next-step.ts',
    find: 'if (message === undefined) return step;',
    replace: 'if (message === undefined || step.kind) return step;',
    seed: 107,
  },
  {
    name: 'drop the deadlines of accounts of other partitions',
    breaks: 'nobody wakes an account up that another host has told',
    file: 'services/actors/actor-system.ts',
    find: 'if (isShared(due.address)) firing.fire(due);',
    replace: 'if (isShared(due.address) && isStopping) firing.fire(due);',
    seed: 595,
  },
];

export const MUTATIONS: readonly Mutation[] = [
  ...COMMON_MUTATIONS,
  ...MERGE_MUTATIONS,
  ...DEPLOY_MUTATIONS,
];
