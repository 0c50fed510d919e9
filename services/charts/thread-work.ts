// Work in a thread of its own: begun when there is something to do, ended when there is nothing left.
// It must never keep a process alive that has nothing else to do, nor wait for an answer without end.
import { Worker } from 'node:worker_threads';
import { OncewardError } from '../../transport/errors.ts';
import { threadEntry } from '../thread-entry.ts';

/** Everything we have takes less than a second, the start of the thread included. */
const LIMIT_MS = 30_000;
const MAX_WAITING = 64;

export interface ThreadQuestion<Question> {
  id: number;
  question: Question;
}

/** Either `answer`, or what went wrong. */
export interface ThreadAnswer<Answer> {
  id: number;
  answer?: Answer;
  problem?: string;
}

export interface ThreadWork<Question, Answer> {
  /** @throws CHART_FAILED */
  ask(question: Question): Promise<Answer>;
}

interface Waiting<Answer> {
  resolve: (answer: Answer) => void;
  reject: (error: OncewardError) => void;
}

/** @param name what fails, for people */
export function createThreadWork<Question, Answer>(
  name: string,
  module: URL,
  limitMs = LIMIT_MS,
): ThreadWork<Question, Answer> {
  const waiting = new Map<number, Waiting<Answer>>();
  let thread: Worker | null = null;
  let lastId = 0;

  const end = () => {
    void thread?.terminate();
    thread = null;
  };
  const giveUp = (problem: string, cause?: unknown) => {
    const left = [...waiting.values()];
    waiting.clear();
    end();
    for (const { reject } of left) reject(failed(name, problem, cause));
  };
  const settle = ({ id, answer, problem = 'no answer' }: ThreadAnswer<Answer>) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (answer === undefined) one?.reject(failed(name, problem));
    else one?.resolve(answer);
    if (waiting.size === 0) end();
  };
  const begin = (): Worker => {
    // What this process was started with, a debugger or a preload, is not for the thread.
    const begun = new Worker(threadEntry(module), { execArgv: [] });
    const unlessEnded = (act: () => void) => begun === thread && act();
    begun.on('message', settle);
    begun.on('error', (error) => unlessEnded(() => giveUp(messageOf(error), error)));
    begun.on('exit', (code) => unlessEnded(() => giveUp(`its thread ended with ${code}`)));
    return begun;
  };
  const ask = (question: Question) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.size >= MAX_WAITING) {
        return reject(failed(name, `${MAX_WAITING} charts are waiting for it already`));
      }
      thread ??= begin();
      lastId += 1;
      const id = lastId;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ id, question } satisfies ThreadQuestion<Question>);
      const giveUpIfLate = () => waiting.has(id) && giveUp(`no answer within ${limitMs} ms`);
      AbortSignal.timeout(limitMs).addEventListener('abort', giveUpIfLate, { once: true });
    });
  return { ask };
}

function failed(name: string, problem: string, cause?: unknown): OncewardError {
  const message = `${name} failed: ${problem}`;
  return new OncewardError('CHART_FAILED', message, cause === undefined ? {} : { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
