// `onceward logs`: what the command of a run has written, from the file its worker keeps here.
// It must never show the log of another run: the record says which epoch it is.
import { join } from 'node:path';
import type { RunContext } from '../../../machines/run/context.ts';
import { runContextOf } from '../../../machines/typed-context.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { containedPath } from '../../../transport/git/contained-path.ts';
import { requireActor } from '../../queries/absent-actor.ts';
import { type FoundActor, findActor } from '../../queries/found-actor.ts';
import { type Session, withSession } from '../../queries/session.ts';
import { parseUserAddress, type UserAddress, userAddress } from '../../queries/user-address.ts';
import type { CommandContext } from '../command-context.ts';
import { EXIT } from '../exit-codes.ts';
import { followLog } from '../log-tail.ts';
import { printDocument, printEntry } from '../output.ts';
import { printableLines } from '../printable.ts';

export interface LogsInput {
  address: string;
  isFollowing?: boolean;
  /** Defaults to the present one. */
  epoch?: number;
}

/** @throws ACTOR_NOT_FOUND, TIMED_OUT, USAGE */
export async function logs(context: CommandContext, input: LogsInput): Promise<number> {
  const user = parseUserAddress(input.address);
  if (user.kind !== 'run') throw notARun(input.address, user.kind);
  const stop = context.stopSignal();
  await withSession(context, async (session) => {
    const found = await requireActor(session, user);
    const run = runOf(found);
    const epoch = input.epoch ?? run.epoch;
    const path = logPath(context.stateDirectory, run, epoch);
    const isOver = () => hasEnded(session, user, { found, epoch });
    const tail = input.isFollowing ? { isOver, stop } : null;
    const head = { run: userAddress(found.address), epoch, path };
    const write = writer(context, { ...head, isFollowing: tail !== null });
    const hasBeenRead = await followLog({ path, clock: session.clock, tail, onChunk: write.chunk });
    if (!hasBeenRead && !stop.aborted) throw missing(context, found, { epoch, path });
    write.end();
    if (tail !== null && !stop.aborted) await tellOfNext(context, session, { user, found, epoch });
  });
  return stop.aborted ? EXIT.interrupted : EXIT.done;
}

/** Must agree with where workers write: `runPaths` in services/workers/run-paths.ts. */
export function logPath(stateDirectory: string, run: RunContext, epoch: number): string {
  const { project, item, stage, attempt } = run;
  const name = `${stage.name}.${attempt}.${epoch}.log`;
  return containedPath(join(stateDirectory, 'logs'), project, item, name);
}

function runOf({ stored }: FoundActor): RunContext {
  return runContextOf(stored.record);
}

/** Nothing more will be written: the command has ended, or another epoch has begun. */
async function hasEnded(
  session: Session,
  user: UserAddress,
  { found, epoch }: { found: FoundActor; epoch: number },
): Promise<boolean> {
  const present = await requireActor(session, user);
  if (present.address !== found.address || present.isFinished) return true;
  const run = runOf(present);
  return run.exit !== null || run.epoch > epoch;
}

/** Whoever follows must not take the end of one epoch, or attempt, for the end of the work. */
async function tellOfNext(
  { err }: CommandContext,
  session: Session,
  { user, found, epoch }: { user: UserAddress; found: FoundActor; epoch: number },
): Promise<void> {
  const present = await findActor(session, user).catch(() => null);
  if (present === null) return;
  const run = userAddress(present.address);
  const hasMoved = present.address !== found.address || runOf(present).epoch > epoch;
  if (hasMoved) err.line(`epoch ${epoch} is over; ${run} goes on in epoch ${runOf(present).epoch}`);
}

interface Head {
  run: string;
  epoch: number;
  path: string;
}

interface LogWriter {
  chunk(bytes: Uint8Array): void;
  end(): void;
}

/** As it is for people, line by line or as a whole for programs. */
function writer(
  context: CommandContext,
  { isFollowing, ...head }: Head & { isFollowing: boolean },
): LogWriter {
  if (context.output === 'table') return textWriter(context);
  const isWhole = context.output === 'json' && !isFollowing;
  return isWhole ? wholeWriter(context, head) : lineWriter(context, head);
}

/** A terminal would obey what an agent wrote; a file or a pipe gets it as it is. */
function textWriter({ out }: CommandContext): LogWriter {
  const decoder = new TextDecoder();
  const shown = (bytes: Uint8Array) => printableLines(decoder.decode(bytes, { stream: true }));
  return {
    chunk: (bytes) => out.text(out.isTerminal ? shown(bytes) : bytes),
    end() {
      if (out.isTerminal) out.text(decoder.decode());
    },
  };
}

function wholeWriter(context: CommandContext, head: Head): LogWriter {
  const decoder = new TextDecoder();
  let text = '';
  return {
    chunk(bytes) {
      text += decoder.decode(bytes, { stream: true });
    },
    end: () => printDocument(context, { ...head, text: text + decoder.decode() }, () => []),
  };
}

function lineWriter(context: CommandContext, head: Head): LogWriter {
  const decoder = new TextDecoder();
  const print = (line: string) => printEntry(context, { ...head, line }, () => line);
  let rest = '';
  return {
    chunk(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(print);
    },
    end() {
      // What has come of a character that was never completed.
      rest += decoder.decode();
      if (rest !== '') print(rest);
    },
  };
}

function missing(
  context: CommandContext,
  found: FoundActor,
  { epoch, path }: { epoch: number; path: string },
): OncewardError {
  const run = runOf(found);
  const where = epoch === run.epoch ? run.machine : (run.leftover?.machine ?? null);
  const subject = `the log of ${userAddress(found.address)}, epoch ${epoch},`;
  const details = { path, machine: where };
  if (where !== null && where !== '' && where !== context.machine) {
    const message = `${subject} is on machine ${where}; this is ${context.machine}`;
    const remedy = 'call `onceward logs` on that machine';
    return new OncewardError('ACTOR_NOT_FOUND', message, { details, remedy });
  }
  const hasNone = run.stage.kind !== 'agent' && run.stage.kind !== 'command';
  const why = hasNone ? `a stage of kind ${run.stage.kind} has none` : `there is no file ${path}`;
  const remedy = hasNone
    ? `see what happened to it with \`onceward events ${userAddress(found.address)}\``
    : 'name the state directory of its worker with --state-dir';
  const message = `${subject} does not exist: ${why}`;
  return new OncewardError('ACTOR_NOT_FOUND', message, { details, remedy });
}

function notARun(text: string, kind: Exclude<UserAddress['kind'], 'run'>): OncewardError {
  const words = { merge: 'a merge queue', deployment: 'a deployment' } as const;
  const what = kind === 'item' || kind === 'account' ? `an ${kind}` : words[kind];
  return new OncewardError('USAGE', `"${text}" is ${what}: expected a run, as project/item/stage`);
}
