// Fills in the path templates of gates.
// It must never be given a template the pipeline's schema has not checked.
import type { JobFacts } from './job-facts.ts';

/** `docs/{item}/01.md` becomes `docs/7/01.md`: `{item}`, `{project}`, `{stage}`, `{attempt}`. */
export function fillTemplate(template: string, job: JobFacts): string {
  const values: Record<string, string> = {
    item: job.item,
    project: job.project,
    stage: job.stage.name,
    attempt: String(job.attempt),
  };
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => values[name] ?? whole);
}
