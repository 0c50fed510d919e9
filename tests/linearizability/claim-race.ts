// Many claimants, each on a connection of its own, race for the same keys of one bucket, revision after
// revision, and everything they see is written down. It must never help one of them: who wins is the server's word.
import type { Bucket, Write } from '../../transport/ports.ts';
import { cuttableBucket } from './cuttable-bucket.ts';
import { recordedBucket } from './history-recorder.ts';
import type { Operation } from './operation.ts';

export interface ClaimRaceOptions {
  /** The servers; each claimant is sent to the next one. */
  urls: readonly string[];
  /** Name of the bucket, which exists. */
  bucket: string;
  /** How many keys are raced for. Each must be new. */
  keys: number;
  /** How many of them side by side. Defaults to 24. */
  keysAtOnce?: number;
  /** How a claimant writes; by default through its bucket. */
  writer?: (bucket: Bucket, claimant: string) => (write: Write) => Promise<unknown>;
  /** Called so many times while the races run, evenly spread, never twice at once. */
  disturbance?: { times: number; disturb: () => Promise<unknown> };
}

export interface ClaimRace {
  /** All readings and writes that reached the bucket. */
  history: Operation[];
  /** How often all claimants set out from one revision together. */
  races: number;
}

const CLAIMANTS = 12;
export const KEYS_AT_ONCE_DEFAULT = 24;
/** Below 64, the revisions a bucket keeps of a key: a committer looks for its own among them. */
const RACES_PER_KEY = 16;
/** Without a leader a reading is refused at once: until one is elected it is asked again and again. */
const MAX_READ_ATTEMPTS = 400;
const READ_PAUSE_MS = 50;

/** A connection is cut in every so manieth race; with it goes what its claimant has under way elsewhere. */
const RACES_PER_CUT = 40;

interface Claimant {
  name: string;
  bucket: Bucket;
  cut(): Promise<void>;
  close(): Promise<void>;
  write: (write: Write) => Promise<unknown>;
}

/** Runs all races and returns what was seen. Ends its connections. */
export async function raceForClaims(options: ClaimRaceOptions): Promise<ClaimRace> {
  const history: Operation[] = [];
  const claimants = await Promise.all(
    Array.from({ length: CLAIMANTS }, (_, index) => newClaimant(index, { options, history })),
  );
  const races = options.keys * RACES_PER_KEY;
  const disturbances = spread(races, options.disturbance);
  const keys = Array.from({ length: options.keys }, (_, index) => `run.${index}`).values();
  const lane = async () => {
    // All lanes draw from the one iterator, so each key is raced for once.
    for (const key of keys) {
      for (let round = 0; round < RACES_PER_KEY; round += 1) {
        const isCut = disturbances.raceBegins() % RACES_PER_CUT === 0;
        await race(claimants, { key, round, isCut });
      }
      // Whatever was answered as won must still be there in the end.
      await readUntilAnswered((claimants[0] as Claimant).bucket, key);
    }
  };
  try {
    const length = options.keysAtOnce ?? KEYS_AT_ONCE_DEFAULT;
    await Promise.all(Array.from({ length }, lane));
    await disturbances.done();
    return { history, races };
  } finally {
    await Promise.all(claimants.map((claimant) => claimant.close()));
  }
}

/** Counts the races, and lets the disturbances begin one after the other, evenly spread over them. */
function spread(races: number, disturbance: ClaimRaceOptions['disturbance']) {
  const { times, disturb } = disturbance ?? { times: 0, disturb: async () => undefined };
  const racesBetween = Math.ceil(races / (times + 1));
  let begun = 0;
  let last: Promise<unknown> = Promise.resolve();
  return {
    raceBegins(): number {
      begun += 1;
      if (begun % racesBetween === 0 && begun < races) last = last.then(disturb);
      return begun;
    },
    done: () => last,
  };
}

async function newClaimant(
  index: number,
  { options, history }: { options: ClaimRaceOptions; history: Operation[] },
): Promise<Claimant> {
  const claimant = `c${index}`;
  const url = options.urls[index % options.urls.length] ?? '';
  const connected = await cuttableBucket(url, { name: options.bucket, claimant });
  const bucket = recordedBucket(connected.bucket, claimant, history);
  const write = options.writer?.(bucket, claimant) ?? bucket.write;
  return { ...connected, name: claimant, bucket, write };
}

/**
 * All read, and once the last has read, all claim what they saw: as many as can want the same
 * revision. Half of them look afterwards who won. Another one begins in each round, and it is the
 * first one whose connection is cut: it has the best chance to win without ever hearing of it.
 */
async function race(
  claimants: readonly Claimant[],
  { key, round, isCut }: { key: string; round: number; isCut: boolean },
): Promise<void> {
  const first = round % claimants.length;
  const order = [...claimants.slice(first), ...claimants.slice(0, first)];
  const seen = await Promise.all(order.map(({ bucket }) => readUntilAnswered(bucket, key)));
  await Promise.all(
    order.map(async ({ name, bucket, write, cut }, index) => {
      const value = `${key} round ${round} ${name}`;
      const claim = { key, value, expectedRevision: seen[index] ?? 0 };
      // One that is unknown in the end is in the history as such.
      const claiming = write(claim).catch(() => undefined);
      if (isCut && index === 0) await cut();
      await claiming;
      if (index % 2 === 0) await bucket.read(key).catch(() => null);
    }),
  );
}

async function readUntilAnswered(bucket: Bucket, key: string): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await bucket.read(key))?.revision ?? 0;
    } catch (error) {
      if (attempt === MAX_READ_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, READ_PAUSE_MS));
    }
  }
}
