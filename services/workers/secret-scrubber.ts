import type { OutputLog } from '../../transport/process/output-log.ts';
export function scrubbedLog(log: OutputLog, _secrets: readonly string[]): OutputLog {
  return log;
}
