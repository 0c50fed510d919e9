// One campaign of fuzzing: many hostile inputs into one door, and what must hold for each of them.
// It must never accept an exception: bad input is answered with a reason, whatever it is.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';

/** Cases of all campaigns together, and how many of them are run here. */
const CASES_IN_ALL = 100_000;
const CASES = Number(process.env['FUZZ_CASES'] ?? CASES_IN_ALL);
const SEED = Number(process.env['SEED'] ?? 20_261_123);

/** Longest message of a refusal; whatever was sent, what is said about it stays readable. */
const MAX_MESSAGE_CHARACTERS = 1_000;
/** Longest a single case may take, in milliseconds of processor time: ten times what the slowest needs. */
const MAX_CASE_MS = 2_000;
/** What may remain in memory after a campaign, in bytes, however many cases it had. */
const MAX_GROWTH_BYTES = 32 * 1_048_576;
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/u;

export type Judgement =
  | { outcome: 'accepted' }
  | { outcome: 'refused'; reason: string; message: string };

export interface Campaign<Input> {
  name: string;
  /** How many of the 100 000 cases are its own. */
  cases: number;
  inputs: fc.Arbitrary<Input>;
  /** Hands the input in and checks what is special to this door. Whatever it throws is a failure. */
  judge(input: Input): Judgement;
}

export type AsyncCampaign<Input> = Omit<Campaign<Input>, 'judge'> & {
  judge(input: Input): Promise<Judgement>;
};

export interface CampaignReport {
  cases: number;
  /** Share of accepted cases, 0 to 1: the doors are really reached, not only their walls. */
  acceptedShare: number;
  /** How often each reason was given. */
  reasons: Map<string, number>;
}

/** Runs a campaign and prints its numbers. Throws with the seed and the smallest input that fails. */
export function fuzz<Input>(campaign: Campaign<Input>): CampaignReport {
  const log = createLog(campaign);
  fc.assert(
    fc.property(campaign.inputs, (input) => log.measure(() => campaign.judge(input))),
    { seed: SEED, numRuns: log.cases, includeErrorInReport: true },
  );
  return log.report();
}

/** The same for doors that read files or answer later. */
export async function fuzzAsync<Input>(campaign: AsyncCampaign<Input>): Promise<CampaignReport> {
  const log = createLog(campaign);
  await fc.assert(
    fc.asyncProperty(campaign.inputs, async (input) => {
      const beganMs = usedMs();
      log.take(await campaign.judge(input), usedMs() - beganMs);
    }),
    { seed: SEED, numRuns: log.cases, includeErrorInReport: true },
  );
  return log.report();
}

function createLog({ name, cases: share }: { name: string; cases: number }) {
  const cases = Math.max(100, Math.round((share * CASES) / CASES_IN_ALL));
  const reasons = new Map<string, number>();
  const startedMs = usedMs();
  const heapBytes = usedHeap();
  let seen = 0;
  let accepted = 0;
  let slowestMs = 0;
  const take = (judgement: Judgement, tookMs: number) => {
    seen += 1;
    slowestMs = Math.max(slowestMs, tookMs);
    if (tookMs > MAX_CASE_MS) throw new Error(`a case took ${Math.round(tookMs)} ms`);
    if (judgement.outcome === 'accepted') accepted += 1;
    else reasons.set(checked(judgement), (reasons.get(judgement.reason) ?? 0) + 1);
  };
  return {
    cases,
    take,
    measure(judge: () => Judgement) {
      const beganMs = usedMs();
      take(judge(), usedMs() - beganMs);
    },
    report(): CampaignReport {
      const grownBytes = usedHeap() - heapBytes;
      const seconds = ((usedMs() - startedMs) / 1_000).toFixed(1);
      const share = Math.round((100 * accepted) / seen);
      say(
        `${name}: ${seen} cases, seed ${SEED}, ${share} % accepted, ${reasons.size} reasons, ` +
          `slowest ${slowestMs.toFixed(1)} ms, ${seconds} s, heap ${mebibytes(grownBytes)} MiB`,
      );
      if (grownBytes > MAX_GROWTH_BYTES) throw new Error(`${name}: ${grownBytes} bytes remain`);
      return { cases: seen, acceptedShare: accepted / seen, reasons };
    },
  };
}

/** Returns the reason of a refusal that says why, on one short line. */
function checked({ reason, message }: Extract<Judgement, { outcome: 'refused' }>): string {
  if (reason === '' || message === '') throw new Error(`refused without a reason: "${reason}"`);
  const characters = message.length;
  if (characters > MAX_MESSAGE_CHARACTERS) {
    throw new Error(`a message of ${characters} characters: ${message.slice(0, 200)}`);
  }
  if (UNPRINTABLE.test(message)) throw new Error(`unprintable: ${JSON.stringify(message)}`);
  return reason;
}

/** What is left after a collection. The runner starts no process with the flag, so it is set from here. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

/** Of the processor, and not of the clock: other processes must not make a case seem slow. */
function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function mebibytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
