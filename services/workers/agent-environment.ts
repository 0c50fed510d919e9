// The environment of the commands a worker runs: a short list of harmless variables, and ONCEWARD_*.
// It must never let a credential of the worker through: what is not on the list does not exist.
import { dirname } from 'node:path';
import { branchOf } from '../../transport/git/repository.ts';
import { type AbandonedOptions, ownProcessMark } from '../../transport/process/abandoned.ts';
import { runTraceparent } from '../observability/trace-ids.ts';
import type { JobFacts } from './job-facts.ts';
import type { RunPaths } from './run-paths.ts';

export type HostEnvironment = Readonly<Record<string, string | undefined>>;

/** What may be taken over from the worker's own environment; besides, every `LC_*`. */
const ALLOWED = ['PATH', 'LANG', 'TZ', 'TMPDIR', 'TERM'];
/** Which worker process started a command: once that is gone, so should the command be. */
const STARTER_VARIABLE = 'ONCEWARD_STARTER';
const PATH_DEFAULT = '/usr/local/bin:/usr/bin:/bin';
const MAX_BODY_BYTES = 32 * 1_024;
const MAX_TITLE_BYTES = 4 * 1_024;

const GIT_IDENTITY = {
  GIT_AUTHOR_NAME: 'onceward',
  GIT_AUTHOR_EMAIL: 'onceward@localhost',
  GIT_COMMITTER_NAME: 'onceward',
  GIT_COMMITTER_EMAIL: 'onceward@localhost',
  GIT_TERMINAL_PROMPT: '0',
};

/** The environment of a stage's command. `stage.env` may set anything but our own names. */
export function agentEnvironment(
  job: JobFacts,
  {
    paths,
    worktree,
    host,
    credentials = {},
  }: {
    paths: RunPaths;
    worktree: string;
    host: HostEnvironment;
    /** What the agent's account names; nothing for a plain command. */
    credentials?: Readonly<Record<string, string>>;
  },
): Record<string, string> {
  return cleared({
    ...commonEnvironment(host, paths.homeFolder, worktree),
    ...credentials,
    ...job.stage.env,
    ...runVariables(job),
    ONCEWARD_WORKTREE: worktree,
    ONCEWARD_RUN_FOLDER: paths.runFolder,
    ONCEWARD_CONTEXT_FILE: paths.contextFile,
    ONCEWARD_BODY_FILE: paths.bodyFile,
    ONCEWARD_FEEDBACK_FILE: paths.feedbackFile,
    ONCEWARD_COMMENT_FILE: paths.commentFile,
  });
}

/** The environment of a gate's command, which runs in a checkout of its own. */
export function gateEnvironment(
  job: JobFacts,
  {
    homeFolder,
    checkout,
    sha,
    host,
  }: { homeFolder: string; checkout: string; sha: string; host: HostEnvironment },
): Record<string, string> {
  return cleared({
    ...commonEnvironment(host, homeFolder, checkout),
    ...job.stage.env,
    ...runVariables(job),
    ONCEWARD_WORKTREE: checkout,
    ONCEWARD_HEAD_SHA: sha,
  });
}

/** Recognises what was started in a worktree: gates run elsewhere, and other items do. */
export function worktreeMarkOf(worktree: string): string {
  return `ONCEWARD_WORKTREE=${worktree}`;
}

/** Recognises what a worker that is gone has left running below its state directory, gates included. */
export function abandonedIn(
  stateDirectory: string,
): Pick<AbandonedOptions, 'folder' | 'folderVariable' | 'starterVariable'> {
  const folderVariable = 'ONCEWARD_WORKTREE';
  return { folder: stateDirectory, folderVariable, starterVariable: STARTER_VARIABLE };
}

/** Recognises the processes of one item among all others of a machine. */
export function markOf({ item }: Pick<JobFacts, 'item'>): string {
  return `ONCEWARD_ITEM=${item}`;
}

/** At most `maxBytes` of UTF-8, never ending in half a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, maxBytes), { stream: true });
}

function commonEnvironment(
  host: HostEnvironment,
  homeFolder: string,
  folder: string,
): Record<string, string> {
  const taken = Object.entries(host).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (ALLOWED.includes(entry[0]) || /^LC_[A-Z]+$/.test(entry[0])),
  );
  return {
    PATH: PATH_DEFAULT,
    ...Object.fromEntries(taken),
    ...GIT_IDENTITY,
    // Without its own .git the folder would pass for a part of whatever repository lies around it.
    GIT_CEILING_DIRECTORIES: dirname(folder),
    HOME: homeFolder,
  };
}

function runVariables(job: JobFacts): Record<string, string> {
  const traceparent = runTraceparent(job.address, job.traceparent);
  return {
    ...(traceparent === null ? {} : { TRACEPARENT: traceparent }),
    ONCEWARD_PROJECT: job.project,
    ONCEWARD_ITEM: job.item,
    ONCEWARD_STAGE: job.stage.name,
    ONCEWARD_ATTEMPT: String(job.attempt),
    ONCEWARD_EPOCH: String(job.epoch),
    ONCEWARD_TITLE: cutToBytes(job.title, MAX_TITLE_BYTES),
    ONCEWARD_BODY: cutToBytes(job.body, MAX_BODY_BYTES),
    ONCEWARD_BRANCH: branchOf(job.item),
    ONCEWARD_BASE_BRANCH: job.baseBranch,
    [STARTER_VARIABLE]: ownProcessMark(),
  };
}

// A zero byte cannot stand in an environment: it would keep the command from starting at all.
function cleared(environment: Record<string, string>): Record<string, string> {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.replaceAll('\0', '')]));
}
