// Sees everything that reaches the server, and checks every rule at once: nothing waits for the end of a run.
// It must never say a word to the code under test.
import { decide } from '../../machines/decide.ts';
import type { AskRequest, BucketName, Entry, JobMessage, Reply } from '../../transport/ports.ts';
import { ACCOUNT_RULES, drawOf, SPENDING_RULES, turnsUsed } from './account-rules.ts';
import { ADVANCE_RULES, advancedRunOf, currentRunOf, EFFECT_RULES } from './advance-rules.ts';
import { BLAME_RULES } from './blame-rules.ts';
import { BUDGET_RULES } from './budget-rules.ts';
import { CHAIN_RULES } from './chain-rules.ts';
import { DEPLOY_RULES, DEPLOYED_RUN_RULES } from './deploy-rules.ts';
import { rememberDeployment } from './deploy-truth.ts';
import type { Landing, Outside, Truth } from './landing.ts';
import { createTruth, effectIdsOf, isFinal, isRun, type Known, knownOf, runOf } from './landing.ts';
import type { StoredMail } from './mailbox.ts';
import { MERGE_RULES, QUEUED_RUN_RULES } from './merge-rules.ts';
import { rememberQueue } from './merge-truth.ts';
import { REPLAY_RULES } from './replay-rules.ts';
import type { Rule } from './rule.ts';
import { EPOCH_MS, type World } from './world.ts';

const RULES = [
  ...[...CHAIN_RULES, ...EFFECT_RULES, ...ADVANCE_RULES, ...BUDGET_RULES, ...SPENDING_RULES],
  ...[...QUEUED_RUN_RULES, ...DEPLOYED_RUN_RULES, ...REPLAY_RULES],
];
/** Of an account, which is of no item. */
const RULES_OF_ACCOUNTS = [...CHAIN_RULES, ...ACCOUNT_RULES, ...REPLAY_RULES];
const RULES_OF_QUEUES = [
  ...[...CHAIN_RULES, ...EFFECT_RULES, ...MERGE_RULES, ...BLAME_RULES],
  ...REPLAY_RULES,
];
const RULES_OF: Partial<Record<string, readonly Rule[]>> = {
  account: RULES_OF_ACCOUNTS,
  merge: RULES_OF_QUEUES,
  deployment: [...CHAIN_RULES, ...EFFECT_RULES, ...DEPLOY_RULES, ...REPLAY_RULES],
};
const isLasting = ({ needsMemory }: Rule) => !needsMemory;

export interface Ledger {
  truth: Truth;
  /** An entry was stored in a bucket. */
  stored(bucket: BucketName, entry: Entry): void;
  /** The server has lost what was newer than this. */
  forgot(bucket: BucketName, entry: Entry | null, key: string): void;
  requested(job: JobMessage): void;
  audited(body: string): void;
  acknowledged(mail: StoredMail): void;
  /** A worker has looked at an account. */
  looked(worker: string, account: string, entry: Entry | null): void;
  asked(request: AskRequest): void;
  answered(request: AskRequest, reply: Reply): void;
  /** Called with every record once it stands. */
  onRecord(callback: (known: Known) => void): void;
  /** Counts what has happened since the beginning. */
  happenings(): number;
}

const KIND_OF: Partial<Record<BucketName, string>> = {
  'onceward-items': 'item',
  'onceward-runs': 'run',
  'onceward-accounts': 'account',
  'onceward-merges': 'merge',
  'onceward-deployments': 'deployment',
};

export function createLedger(world: World, outside: Outside): Ledger {
  const { trace } = world;
  const truth = createTruth(outside);
  const rulesFor = (known: Known) => {
    const rules = RULES_OF[known.record.machine] ?? RULES;
    return world.isForgetful ? rules.filter(isLasting) : rules;
  };
  const listeners: ((known: Known) => void)[] = [];
  let happenings = 0;

  const check = (invariant: string, isKept: boolean, message: () => string) => {
    world.checked(invariant);
    if (!isKept) world.violate(invariant, message());
  };

  const land = (address: string, entry: Entry & { value: string }) => {
    const next = knownOf(address, entry);
    const previous = truth.records.get(address) ?? null;
    const landing: Landing = { previous, next, atMs: entry.storedAtMs, truth };
    trace.add('stored', address, `${next.record.event.type} -> ${next.state}`, entry.revision);
    for (const { invariant, broken } of rulesFor(next)) {
      const wrong = broken(landing);
      world.checked(invariant);
      if (wrong !== null) world.violate(invariant, wrong);
    }
    remember(landing);
    reach(world, next);
    for (const listener of listeners) listener(next);
  };

  const remember = (landing: Landing) => {
    const { address, record, revision } = landing.next;
    truth.records.set(address, landing.next);
    const events = truth.applied.get(address) ?? new Map<string, number>();
    truth.applied.set(address, events.set(record.event.id, revision));
    for (const id of effectIdsOf(landing.next)) truth.ordered.add(id);
    rememberSpending(truth, landing.next);
    const { machine } = landing.next.record;
    if (machine === 'merge') rememberQueue(truth.merges, landing);
    if (machine === 'deployment') rememberDeployment(truth.deployments, landing);
    if (machine !== 'item' && machine !== 'run') return;
    const current = currentRunOf(landing.next);
    if (current !== null) truth.current.add(current);
    const advanced = advancedRunOf(landing);
    if (advanced !== null) truth.advanced.add(advanced);
  };

  const remove = (address: string) => {
    const known = truth.records.get(address);
    trace.add('stored', address, 'removed');
    check('only what is finished and archived is removed', isRemovable(truth, known), () => {
      return `${address} was removed as ${known?.state ?? 'nothing'}`;
    });
    truth.removed.add(address);
    truth.records.delete(address);
  };

  return {
    truth,
    stored(bucket, entry) {
      happenings += 1;
      if (bucket === 'onceward-archive') truth.archived.add(entry.key);
      const kind = KIND_OF[bucket];
      if (kind === undefined) return;
      const { value } = entry;
      const address = `${kind}.${entry.key}`;
      if (value === null) remove(address);
      else land(address, { ...entry, value });
    },
    forgot(bucket, entry, key) {
      const kind = KIND_OF[bucket];
      if (kind === undefined) return;
      const address = `${kind}.${key}`;
      if (entry === null || entry.value === null) truth.records.delete(address);
      else truth.records.set(address, knownOf(address, { ...entry, value: entry.value }));
    },
    requested(job) {
      happenings += 1;
      truth.requested.add(job.id);
      check('no effect without its commit', truth.ordered.has(job.id), () => {
        return `job ${job.kind} ${job.id} was published, and no stored record has ordered it`;
      });
    },
    audited(body) {
      if (!body.includes('"refused"')) return;
      const { entries } = JSON.parse(body) as { entries: Record<string, string>[] };
      for (const { outcome, address, id, reason } of entries) {
        if (outcome !== 'refused') continue;
        truth.refused.add(`${address} ${id}`);
        world.reached.add(`refused ${reason}`);
      }
    },
    acknowledged(mail) {
      happenings += 1;
      const address = mail.subject.split('.').slice(2, -1).join('.');
      const isApplied = truth.applied.get(address)?.has(mail.id) === true;
      const isKept = isApplied || truth.refused.has(`${address} ${mail.id}`);
      check('no acknowledged message is lost', isKept || world.isForgetful, () => {
        return `${mail.id} for ${address} was acknowledged, neither applied nor refused`;
      });
    },
    looked(worker, account, entry) {
      const key = `${worker} account.${account}`;
      const isSuspended = entry?.value?.includes('"state":"suspended"') === true;
      const atMs = EPOCH_MS + world.scheduler.nowMs();
      truth.readings.set(key, [...(truth.readings.get(key) ?? []), { atMs, isSuspended }]);
    },
    asked: (request) =>
      void truth.asked.set(request.id, { ...request, atMs: EPOCH_MS + world.scheduler.nowMs() }),
    answered(request, reply) {
      if (reply.outcome === 'refused') {
        world.reached.add(`refused ${reply.reason}`);
        check('no ask is refused on a record of the past', isRefusable(truth, request), () => {
          return `${request.type} for ${request.address} was refused: ${reply.message}`;
        });
        return;
      }
      if (reply.isRepeat) world.reached.add('answered as a repeat');
      const revision = truth.applied.get(request.address)?.get(request.id);
      const isKept = revision !== undefined && (reply.isRepeat || revision === reply.revision);
      check('every applied answer stands in a record', isKept || world.isForgetful, () => {
        const found = revision === undefined ? 'nowhere' : `at ${revision}`;
        return `${request.type} for ${request.address} was answered ${reply.revision}, is ${found}`;
      });
    },
    onRecord: (callback) => void listeners.push(callback),
    happenings: () => happenings,
  };
}

/** False when the record has stood still since the question came, and would have taken the event. */
function isRefusable(truth: Truth, { address, type, id, data }: AskRequest): boolean {
  const known = truth.records.get(address);
  const askedAtMs = truth.asked.get(id)?.atMs ?? 0;
  if (known === undefined || known.storedAtMs >= askedAtMs) return true;
  const event = { address, type, id, data, atMs: askedAtMs, door: 'ask' } as const;
  return decide({ record: known.record, revision: known.revision }, event).outcome !== 'applied';
}

function rememberSpending(truth: Truth, known: Known): void {
  const { address, storedAtMs } = known;
  if (isRun(known)) truth.used.set(address, turnsUsed(known));
  if (known.state === 'running.held') truth.heldAtMs.set(address, storedAtMs);
  const draw = drawOf(known);
  if (draw === null) return;
  const byRun = truth.drawn.get(address) ?? new Map<string, Map<string, number>>();
  const byId = byRun.get(draw.run) ?? new Map<string, number>();
  truth.drawn.set(address, byRun.set(draw.run, byId.set(draw.id, draw.turns)));
}

function isRemovable(truth: Truth, known: Known | undefined): boolean {
  return known !== undefined && isFinal(known) && truth.archived.has(known.address);
}

function reach(world: World, known: Known): void {
  world.reached.add(`${known.record.machine} ${known.state}`);
  const claim = isRun(known) ? runOf(known).claim : null;
  if (claim !== null) world.reached.add(`verdict ${claim.verdict.kind}`);
}
