// Which pool fits a stage, and which workers fit a pool, by their labels. Pure.
// It must never send work to where one label is missing: nothing fitting is said, not worked around.
import { labelsSchema } from '../../machines/pipeline.ts';

export const LABELS_FORM = 'up to 16 names separated by commas, such as gpu,big';

/** `gpu,big` as labels, each once; null for what is no such list. */
export function parseLabels(text: string): string[] | null {
  const labels = [...new Set(text.split(',').map((label) => label.trim()))];
  return labelsSchema.safeParse(labels).data ?? null;
}

/** True when somebody with these labels has all that are asked for. */
export function hasLabels(own: readonly string[], asked: readonly string[]): boolean {
  return asked.every((label) => own.includes(label));
}

/** The pool with all these labels and the fewest others, the first of equals; undefined when none has them. */
export function poolWithLabels(
  asked: readonly string[],
  pools: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const fitting = [...pools].filter(([, labels]) => hasLabels(labels, asked));
  return fitting.toSorted(([, one], [, other]) => one.length - other.length)[0]?.[0];
}
