// Asks a Prometheus server for one number at this moment.
// Whatever is not one number could not be measured: no data must never be taken for a good or a bad version.
// Shapes: https://prometheus.io/docs/prometheus/latest/querying/api/ (instant queries, expression query result formats)
import { z } from 'zod';
import type { Probe } from '../../../../machines/deployment/probes.ts';
import { errorCode, fetchText } from './fetched-text.ts';
import type { Reading } from './probing.ts';

export type PrometheusProbe = Extract<Probe, { kind: 'prometheus' }>;

/** Unix time in seconds, and the value as text: JSON knows neither NaN nor infinity. */
const sample = z.tuple([z.number(), z.string()]);
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('scalar'), result: sample }),
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: sample })) }),
  ]),
});

export async function probePrometheus(
  { address, query, good, bad, timeoutMs }: PrometheusProbe,
  { signal }: { signal: AbortSignal },
): Promise<Reading> {
  const asked = `${address.replace(/\/+$/, '')}/api/v1/query?${new URLSearchParams({ query })}`;
  const answer = await fetchText(asked, { timeoutMs, signal }).catch((error: unknown) => ({
    error,
  }));
  if ('error' in answer) return unmeasured(`it could not be asked: ${errorCode(answer.error)}`);
  if (answer.status !== 200) return unmeasured(`it answered ${answer.status}: ${answer.text}`);
  const found = valueIn(answer.text);
  if (typeof found === 'string') return unmeasured(found);
  const outcome = isWithin(found, good)
    ? 'good'
    : bad === undefined || isWithin(found, bad)
      ? 'bad'
      : 'inconclusive';
  // A record is JSON: infinity has no place in it.
  return { outcome, value: Number.isFinite(found) ? found : null, detail: `it is ${found}` };
}

/** The number, or why there is none. */
function valueIn(text: string): number | string {
  const { data: answer } = answerSchema.safeParse(parseJson(text));
  if (answer === undefined) return 'its answer is no vector and no scalar';
  const { resultType, result } = answer.data;
  const samples = resultType === 'scalar' ? [result] : result.map(({ value }) => value);
  const [first, ...others] = samples;
  if (first === undefined) return 'it has no data';
  if (others.length > 0) return `it has ${samples.length} series, and one is asked for`;
  const value = numberOf(first[1]);
  return Number.isNaN(value) ? 'its value is no number' : value;
}

/** As Go writes numbers. */
function numberOf(text: string): number {
  const infinity = /^([+-]?)Inf$/.exec(text);
  if (infinity === null) return text === '' ? Number.NaN : Number(text);
  return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

function isWithin(
  value: number,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: PrometheusProbe['good'],
): boolean {
  return value >= min && value <= max;
}

function unmeasured(detail: string): Reading {
  return { outcome: 'error', value: null, detail };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
