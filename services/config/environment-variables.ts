// The one table of environment variables: name, meaning, default, and how each is read.
// It must never read the environment itself; environment.ts does, from what it is given.
import { z } from 'zod';
import { HTTP_ADDRESS_FORM, parseHttpAddress } from './http-address.ts';
import { LABELS_FORM, parseLabels } from './pool-labels.ts';
import { settingsSchema } from './settings.ts';
import { TEST_VARIABLES } from './test-variables.ts';
import { TRACE_VARIABLES } from './trace-variables.ts';
import { wholeNumber } from './whole-number-text.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
/** The same range as in the file. */
const GRACE_MS = settingsSchema.shape.graceMs.unwrap();

/** One environment variable as the reference page and .env.example show it. */
export interface EnvironmentVariable {
  name: string;
  meaning: string;
  /** What holds without it, in words or as a value. */
  fallback: string;
  /** A value that may be written down as it is. */
  example: string;
  isForTests: boolean;
  schema: z.ZodType;
}

const text = z.string().optional();
const flag = z
  .string()
  .transform(() => true)
  .default(false);
const serverList = z
  .string()
  .regex(
    /^(?:(?:nats|tls|wss?):\/\/)?[^\s,/]+\/?(?:,(?:(?:nats|tls|wss?):\/\/)?[^\s,/]+\/?)*$/,
    'expected nats://host:port, or several separated by commas',
  )
  .transform((list) => list.split(','));

const httpAddress = z.string().transform((given, context) => {
  const address = parseHttpAddress(given);
  if (address !== null) return address;
  context.addIssue({ code: 'custom', message: `expected ${HTTP_ADDRESS_FORM}` });
  return z.NEVER;
});

const labelList = z.string().transform((given, context) => {
  const labels = parseLabels(given);
  if (labels !== null) return labels;
  context.addIssue({ code: 'custom', message: `expected ${LABELS_FORM}` });
  return z.NEVER;
});

/** By the name under which `readEnvironment` returns each. */
export const ENVIRONMENT_VARIABLES = {
  natsUrls: {
    name: 'NATS_URL',
    meaning: 'Address of the NATS server, or several separated by commas.',
    fallback: 'onceward starts its own nats-server',
    example: 'nats://127.0.0.1:4222',
    isForTests: false,
    schema: serverList.optional(),
  },
  natsCredentialsFile: {
    name: 'NATS_CREDS',
    meaning:
      'Path of a NATS credentials file (.creds), or of one with the seed of an NKey; read at each connect.',
    fallback: 'no credentials',
    example: '/etc/onceward/onceward.creds',
    isForTests: false,
    schema: text,
  },
  natsInboxPrefix: {
    name: 'ONCEWARD_NATS_INBOX',
    meaning:
      'What the subjects of answers begin with. Needed with NKeys and credentials when the server allows ' +
      'each login an inbox of its own only.',
    fallback: '`_INBOX.<user>` when `NATS_URL` names a user, otherwise `_INBOX`',
    example: '_INBOX.host',
    isForTests: false,
    schema: z
      .string()
      .regex(/^[\w-]+(?:\.[\w-]+)*$/, 'expected a subject without wildcards, such as _INBOX.host')
      .optional(),
  },
  natsServerPath: {
    name: 'ONCEWARD_NATS_SERVER',
    meaning: 'Path of the nats-server binary that onceward starts when NATS_URL is not set.',
    fallback: 'looked for on PATH and in the cache, otherwise fetched',
    example: '/usr/local/bin/nats-server',
    isForTests: false,
    schema: text,
  },
  natsMonitorUrl: {
    name: 'ONCEWARD_NATS_MONITOR',
    meaning: 'Monitoring address of the NATS server; `onceward doctor` reads settings from it.',
    fallback: 'that of the server onceward started, otherwise those checks are left out',
    example: 'http://127.0.0.1:8222',
    isForTests: false,
    schema: z
      .string()
      .regex(/^https?:\/\/\S+$/, 'expected an address that begins with http:// or https://')
      .optional(),
  },
  configurationFile: {
    name: 'ONCEWARD_CONFIG',
    meaning: 'Path of the configuration.',
    fallback: 'onceward.yaml',
    example: 'onceward.yaml',
    isForTests: false,
    schema: z.string().default('onceward.yaml'),
  },
  stateDirectory: {
    name: 'ONCEWARD_STATE_DIR',
    meaning: 'Folder for the store of the own nats-server, worktrees, logs and checkouts.',
    fallback: '.onceward',
    example: '.onceward',
    isForTests: false,
    schema: z.string().default('.onceward'),
  },
  logLevel: {
    name: 'ONCEWARD_LOG_LEVEL',
    meaning: `Least severe level that is logged: ${LOG_LEVELS.join(', ')}.`,
    fallback: 'info',
    example: 'info',
    isForTests: false,
    schema: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).default('info'),
  },
  graceMs: {
    name: 'ONCEWARD_GRACE_MS',
    meaning: 'Overrides `settings.graceMs`; the law of grace is checked with this value.',
    fallback: '`settings.graceMs`',
    example: '300000',
    isForTests: false,
    schema: wholeNumber(GRACE_MS.minValue ?? 0, GRACE_MS.maxValue ?? 0).optional(),
  },
  replicas: {
    name: 'ONCEWARD_REPLICAS',
    meaning: 'Overrides `settings.replicas`: on how many servers of a cluster each stream is kept.',
    fallback: '`settings.replicas`',
    example: '3',
    isForTests: false,
    schema: z.enum(['1', '3', '5'], 'expected 1, 3 or 5').transform(Number).optional(),
  },
  labels: {
    name: 'ONCEWARD_LABELS',
    meaning:
      'Labels of the worker, separated by commas; `--labels` goes before it. It serves the pools that ask for no others.',
    fallback: 'none',
    example: 'gpu,big',
    isForTests: false,
    schema: labelList.optional(),
  },
  release: {
    name: 'ONCEWARD_RELEASE',
    meaning:
      'Digest of the image, or the commit, that this process is of. The command that deploys onceward itself sets it for ' +
      'the service it starts, which proves by it that it is the version that is expected.',
    fallback: 'unknown: a version of onceward deployed by itself is then never proven',
    example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    isForTests: false,
    schema: text,
  },
  http: {
    name: 'ONCEWARD_HTTP',
    meaning:
      'Where `onceward up` serves the page, as host:port, or `off`; `--http` goes before it.',
    fallback: '127.0.0.1:7717 or the next free port; nothing for a worker alone',
    example: '127.0.0.1:7717',
    isForTests: false,
    schema: httpAddress.optional(),
  },
  httpToken: {
    name: 'ONCEWARD_HTTP_TOKEN',
    meaning:
      'Token of the page, 16 to 256 characters of A-Z a-z 0-9 _ -. Without it nobody writes through the page; ' +
      'beyond loopback nobody reads either.',
    fallback: 'made once, and kept in the file `http-token` of the state directory',
    example: 'write-a-long-random-text-here',
    isForTests: false,
    schema: z
      .string()
      .regex(/^[\w-]{16,256}$/, 'expected 16 to 256 characters of A-Z a-z 0-9 _ -')
      .optional(),
  },
  cacheDirectory: {
    name: 'ONCEWARD_CACHE_DIR',
    meaning: 'Folder where a fetched nats-server is kept.',
    fallback: '`~/.cache/onceward`',
    example: '/var/cache/onceward',
    isForTests: false,
    schema: text,
  },
  ...TRACE_VARIABLES,
  hasNoColor: {
    name: 'NO_COLOR',
    meaning: 'Switches colours off, whatever its value.',
    fallback: 'colours on a terminal',
    example: '1',
    isForTests: false,
    schema: flag,
  },
  forceColor: {
    name: 'FORCE_COLOR',
    meaning: 'Switches colours on where there is no terminal; 0 or false switches them off.',
    fallback: 'colours on a terminal',
    example: '1',
    isForTests: false,
    schema: z
      .string()
      .transform((value) => value !== '0' && value !== 'false')
      .optional(),
  },
  ...TEST_VARIABLES,
} as const satisfies Record<string, EnvironmentVariable>;
