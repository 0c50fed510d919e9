// Where the clock, chance, timers, the environment and the console may be touched directly.
// Everything else takes them as parameters; a new place needs an entry here, with its reason.
import { isSource, type ProjectFile, problemsAt } from './tidy-files.ts';

interface Ambient {
  name: string;
  pattern: RegExp;
  /** A file, or a folder ending in a slash, with the reason it may. */
  allowed: Record<string, string>;
}

const LIMIT_OF_A_REQUEST = 'it limits requests of many answers, as the client limits those of one';
const IN_THE_BROWSER = 'it is the clock of the page, which runs in a browser';
const PROGRAM_OF_ITS_OWN =
  'it is the composition root of a program of its own, which no server need see';
const BEFORE_ANY_SERVER = 'it looks after the embedded server, before there is a server clock';

const AMBIENT: Ambient[] = [
  {
    name: 'the clock',
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bprocess\.hrtime\b/g,
    allowed: {
      'transport/nats/server-binary.ts': BEFORE_ANY_SERVER,
      'transport/nats/server-clock.ts': 'it is the clock everyone else is given',
      'transport/nats/store-lock.ts': BEFORE_ANY_SERVER,
      'services/web/page/clock.js': IN_THE_BROWSER,
      'services/workers/deploying/self/detached.ts': PROGRAM_OF_ITS_OWN,
      'tests/': 'tests measure real processes and name temporary things',
    },
  },
  {
    name: 'chance',
    pattern: /\bMath\.random\b/g,
    allowed: {},
  },
  {
    name: 'timers',
    pattern: /\bset(Timeout|Interval|Immediate)\b/g,
    allowed: {
      'services/main.ts': 'it limits what may happen before there is a server clock',
      'transport/nats/jobs.ts': LIMIT_OF_A_REQUEST,
      'transport/nats/scan.ts': LIMIT_OF_A_REQUEST,
      'transport/nats/local-process.ts': BEFORE_ANY_SERVER,
      'transport/nats/server-process.ts': BEFORE_ANY_SERVER,
      'transport/nats/server-clock.ts': 'it hands out timers as Clock.after',
      'services/actors/presence-thread.ts': 'a thread of its own, with no clock to be given',
      'services/web/page/clock.js': IN_THE_BROWSER,
      'services/workers/deploying/self/detached.ts': PROGRAM_OF_ITS_OWN,
      'tests/': 'the uvu rules decide which tests may wait',
    },
  },
  {
    name: 'the environment',
    pattern: /\bprocess\.env\b/g,
    allowed: {
      'services/main.ts': 'the composition root reads it once, for everyone',
      'services/workers/deploying/self/detached.ts': PROGRAM_OF_ITS_OWN,
      'tests/': 'tests start processes and pass their own environment on',
    },
  },
  {
    name: 'the console',
    pattern: /\bconsole\./g,
    allowed: {},
  },
];

/** Finds code that reaches for something it should have been given. */
export function ambientProblems(files: readonly ProjectFile[]): string[] {
  return AMBIENT.flatMap(({ name, pattern, allowed }) =>
    files
      .filter((file) => isSource(file) && allowanceFor(file.path, allowed) === undefined)
      .flatMap((file) => problemsAt(file, pattern, `take ${name} as a parameter`)),
  );
}

/** Finds allowances for single files that are no longer there, or no longer make use of them. */
export function staleAllowances(files: readonly ProjectFile[]): string[] {
  return AMBIENT.flatMap(({ name, pattern, allowed }) =>
    Object.keys(allowed)
      .filter((place) => !files.some((file) => isUsedBy(file, place, pattern)))
      .map((place) => `${place}: no longer needs to touch ${name} directly`),
  );
}

function allowanceFor(path: string, allowed: Record<string, string>): string | undefined {
  return Object.keys(allowed).find((place) => isWithin(path, place));
}

function isUsedBy(file: ProjectFile, place: string, pattern: RegExp): boolean {
  return isWithin(file.path, place) && problemsAt(file, pattern, '').length > 0;
}

function isWithin(path: string, place: string): boolean {
  return place.endsWith('/') ? path.startsWith(place) : path === place;
}
