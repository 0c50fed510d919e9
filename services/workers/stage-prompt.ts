import type { LaunchOptions } from './launch.ts';
export async function promptOf(o: LaunchOptions & { isResumed: boolean }): Promise<string> {
  return `${o.job.title}\n${o.job.body}`;
}
