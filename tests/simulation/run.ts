// The command `npm run sim`: many seeds, or one replayed with its whole trace.
// It ends with code 1 when a rule was broken, and says how to see it again; with 2 when it was called wrongly.
import { parseArgs } from 'node:util';
import { runSeeds } from './fan-out.ts';
import { DEFAULT_FAULTS, FAULT_KINDS, FAULTS, type FaultKind } from './fault.ts';
import { finalLine, violationText } from './report.ts';

const SEEDS_DEFAULT = 10_000;
const MAX_SEED = 2 ** 31 - 1;
const PROGRESS_EVERY_MS = 10_000;
const EXIT_VIOLATED = 1;
const EXIT_USAGE = 2;

const HELP = `npm run sim [-- options]      SEED=<n> npm run sim replays one seed with its whole trace

  --seeds <n>       how many seeds to run; default ${SEEDS_DEFAULT}
  --from <n>        the first seed; default 1
  --processes <n>   how many at a time; default 2
  --faults <a,b>    only these faults; default all but unsynced-records; none for none
  --no-fault <a,b>  all but these
  --help            this text

faults:
${FAULT_KINDS.map((kind) => `  ${kind.padEnd(18)}${FAULTS[kind].says}`).join('\n')}
`;

/** What is wrong with the command line. */
class UsageError extends Error {}

const OPTIONS = {
  seeds: { type: 'string', default: String(SEEDS_DEFAULT) },
  from: { type: 'string', default: '1' },
  processes: { type: 'string', default: '2' },
  faults: { type: 'string' },
  'no-fault': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}; see npm run sim -- --help\n`);
  process.exitCode = EXIT_USAGE;
}

async function main(): Promise<number> {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const faults = chosenFaults(values.faults, values['no-fault']);
  const replayed = process.env['SEED'];
  if (replayed !== undefined) return replay(wholeNumber('SEED', replayed, MAX_SEED), faults);
  const from = wholeNumber('--from', values.from, MAX_SEED);
  const count = wholeNumber('--seeds', values.seeds, MAX_SEED - from);
  const processes = wholeNumber('--processes', values.processes, 64);
  const startedMs = performance.now();
  let saidMs = startedMs;
  const summary = await runSeeds({
    ...{ from, count, faults, processes },
    onProgress(seeds) {
      const nowMs = performance.now();
      if (nowMs - saidMs < PROGRESS_EVERY_MS) return;
      saidMs = nowMs;
      process.stderr.write(
        `${seeds} of ${count} seeds, ${Math.round((nowMs - startedMs) / 1_000)} s\n`,
      );
    },
  });
  if (summary.shown !== null) process.stdout.write(violationText(summary.shown, faults));
  process.stdout.write(`${finalLine(summary, (performance.now() - startedMs) / 1_000)}\n`);
  return summary.shown === null ? 0 : EXIT_VIOLATED;
}

async function replay(seed: number, faults: readonly FaultKind[]): Promise<number> {
  const startedMs = performance.now();
  const summary = await runSeeds({
    from: seed,
    count: 1,
    faults,
    isDigested: true,
    isReplay: true,
  });
  const { shown } = summary;
  process.stdout.write(`${shown?.trace.join('\n')}\n`);
  const isViolated = shown !== null && shown.violation !== null;
  if (isViolated) process.stdout.write(violationText({ ...shown, trace: [] }, faults));
  process.stdout.write(`${finalLine(summary, (performance.now() - startedMs) / 1_000)}\n`);
  return isViolated ? EXIT_VIOLATED : 0;
}

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function chosenFaults(only: string | undefined, without: string | undefined): FaultKind[] {
  const chosen = only === undefined ? DEFAULT_FAULTS : namedFaults('--faults', only);
  const left = without === undefined ? [] : namedFaults('--no-fault', without);
  return chosen.filter((kind) => !left.includes(kind));
}

function namedFaults(option: string, text: string): FaultKind[] {
  if (text === 'none') return [];
  return text.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name.trim());
    if (kind !== undefined) return kind;
    throw new UsageError(`${option}: no fault is called "${name}" (${FAULT_KINDS.join(', ')})`);
  });
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new UsageError(`${name} must be a whole number from 1 to ${max}, got "${text}"`);
}
