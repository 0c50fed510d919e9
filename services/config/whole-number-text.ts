// A whole number as it stands in an environment variable.
// It must never take a number that is written in any other way.
import { z } from 'zod';

export function wholeNumber(min: number, max: number): z.ZodType<number, string> {
  const message = `expected a whole number from ${min} to ${max}`;
  const isInRange = (value: number) => value >= min && value <= max;
  return z
    .string()
    .regex(/^\d{1,12}$/, message)
    .transform(Number)
    .refine(isInRange, message);
}
