// The environment variables of traces, as others have named them: part of the one table.
// It must never refuse a value: they belong to other programs as well, and no trace is worth a failed command.
import { z } from 'zod';
import type { EnvironmentVariable } from './environment-variables.ts';

const text = z.string().optional();

/** By the name under which `readEnvironment` returns each. */
export const TRACE_VARIABLES = {
  otlpEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    meaning:
      'Where a host sends traces: the address of an OpenTelemetry collector (OTLP over HTTP), to which ' +
      '`/v1/traces` is appended. The other `OTEL_` variables of the exporter hold as well.',
    fallback: 'no traces',
    example: 'http://127.0.0.1:4318',
    isForTests: false,
    schema: text,
  },
  otlpTracesEndpoint: {
    name: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    meaning: 'The same for traces alone, taken as it is.',
    fallback: '`OTEL_EXPORTER_OTLP_ENDPOINT`',
    example: 'http://127.0.0.1:4318/v1/traces',
    isForTests: false,
    schema: text,
  },
  traceparent: {
    name: 'TRACEPARENT',
    meaning:
      'W3C trace context of whoever calls `onceward submit`: the trace of the item continues it. ' +
      'What is none is passed over.',
    fallback: 'a trace of its own for each item',
    example: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    isForTests: false,
    schema: text,
  },
} as const satisfies Record<string, EnvironmentVariable>;
