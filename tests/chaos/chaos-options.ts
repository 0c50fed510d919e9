// What `npm run chaos` can be told, and its help. Everything else follows from the seed.
import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** How long faults are injected, in minutes. 0.5 to 240, defaults to 2. */
  minutes: number;
  /** A 32-bit integer; drawn anew when none is given. */
  seed: number;
  /** New items a second, 0.1 to 20. Defaults to 2. */
  itemsPerSecond: number;
  /** Where the summary goes as JSON. */
  jsonFile: string | undefined;
  /** Leaves the temporary folder, and says where it is. */
  isKept: boolean;
}

export const CHAOS_HELP = `usage: npm run chaos -- [--minutes N] [--seed N] [--rate N] [--json FILE] [--keep]

Three nats-servers, three hosts and four workers as real processes, items with real agents on real
repositories, and faults drawn from the seed. Then the faults end, every item must end or be visibly
parked, and an audit compares what was submitted with what has become of it.

  --minutes N   how long faults are injected, 0.5 to 240 (default 2)
  --seed N      draws the same faults and items again (default: another one each time)
  --rate N      new items a second, 0.1 to 20 (default 2)
  --json FILE   writes the summary there, too
  --keep        leaves the temporary folder and says where it is
  --help        prints this

Exit code 0: every line of the audit holds; 1: one does not; 2: the command line is wrong;
130: interrupted.
`;

export type ReadOptions =
  | { kind: 'run'; options: ChaosOptions }
  | { kind: 'help' }
  | { kind: 'wrong'; message: string };

/** Reads the command line. Never throws. @param drawSeed used when no seed is given */
export function readChaosOptions(args: readonly string[], drawSeed: () => number): ReadOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '2' },
        seed: { type: 'string' },
        rate: { type: 'string', default: '2' },
        json: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const options: ChaosOptions = {
      minutes: numberBetween('--minutes', values.minutes, [0.5, 240]),
      seed: values.seed === undefined ? drawSeed() : wholeNumber('--seed', values.seed),
      itemsPerSecond: numberBetween('--rate', values.rate, [0.1, 20]),
      jsonFile: values.json,
      isKept: values.keep,
    };
    return { kind: 'run', options };
  } catch (error) {
    return { kind: 'wrong', message: (error as Error).message };
  }
}

function numberBetween(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new RangeError(`${name}: expected a number from ${min} to ${max}, got "${text}"`);
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32) return Number(text);
  throw new RangeError(`${name}: expected a whole number from 0 to ${2 ** 32 - 1}, got "${text}"`);
}
