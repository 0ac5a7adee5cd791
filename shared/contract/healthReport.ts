// What a health probe gets: whether the proxy could remove somebody now, and which part of it could not.
import * as z from 'zod/mini';

const checkSchema = z.object({
  /** `unknown` where a check could not be made because an earlier one failed. */
  status: z.enum(['ok', 'failed', 'unknown']),
  /** What is wrong, without values or secrets; only where the check failed. */
  message: z.optional(z.string()),
});

/** The body of the answer: 200 where `status` is `healthy`, else 503. */
export const healthReportSchema = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  checks: z.object({ settings: checkSchema, credential: checkSchema, circuit: checkSchema }),
});

export type HealthCheck = z.infer<typeof checkSchema>;
export type HealthReport = z.infer<typeof healthReportSchema>;
