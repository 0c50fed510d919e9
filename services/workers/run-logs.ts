// The files that the output of a run is kept in: what people read, and what an agent wrote as it stood.
// It must never let a secret into either.
import { openOutputLog } from '../../transport/process/output-log.ts';
import { scrubberOf } from './agent-credentials.ts';
import type { JobFacts } from './job-facts.ts';
import type { RunPaths } from './run-paths.ts';
import { type ScrubbedLog, scrubbedLog } from './scrubbed-log.ts';
import type { WorkerDeps } from './worker-deps.ts';

export interface RunLogs {
  log: Pick<ScrubbedLog, 'append'>;
  transcript: Pick<ScrubbedLog, 'append'>;
  /**
   * Resolves once everything that is kept stands in the files.
   * @throws PROCESS_FAILED when a part of it could not be written
   */
  close(): Promise<void>;
}

/** @throws PROCESS_FAILED when a file cannot be opened */
export async function openRunLogs(
  { logPath, transcriptPath }: RunPaths,
  job: Pick<JobFacts, 'stage'>,
  deps: Pick<WorkerDeps, 'logCapBytes' | 'accounts' | 'environment'>,
): Promise<RunLogs> {
  const scrubber = scrubberOf(job, deps);
  const open = async (path: string) =>
    scrubbedLog(await openOutputLog(path, { maxBytes: deps.logCapBytes }), scrubber);
  const log = await open(logPath);
  const transcript =
    job.stage.agent === undefined ? null : await orClosed(log, open(transcriptPath));
  return {
    log,
    transcript: transcript ?? { append() {} },
    async close() {
      await Promise.all([log.close(), transcript?.close()]);
    },
  };
}

// Nobody else could close it any more.
async function orClosed<T>(log: ScrubbedLog, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await log.close().catch(() => {});
    throw error;
  }
}
