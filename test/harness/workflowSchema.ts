// The workflow definition language of Logic Apps, as far as the examples use it: what its published schema demands of each part.
//
// https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json, written down here
// since tests run without a network. Strict where that one is not: a misspelt property is a fault.
import * as z from 'zod';

const name = z.string().regex(/^[^<>%&\\?/]{1,80}$/);
const duration = z.string().regex(/^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?$/);
const expression = z.string().startsWith('@');
const runAfter = z.record(name, z.array(z.enum(['Succeeded', 'Failed', 'Skipped', 'TimedOut'])).min(1));

const retryPolicy = z.strictObject({
  type: z.enum(['exponential', 'fixed']),
  count: z.int().min(1).max(90),
  interval: duration,
  minimumInterval: duration.optional(),
  maximumInterval: duration.optional(),
});

const call = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  headers: z.record(z.string(), z.string()),
  body: z.record(z.string(), z.unknown()),
  retryPolicy,
};
const action = {
  runAfter,
  limit: z.strictObject({ timeout: duration }).optional(),
  operationOptions: z.enum(['DisableAsyncPattern']).optional(),
  runtimeConfiguration: z
    .strictObject({ secureData: z.strictObject({ properties: z.array(z.enum(['inputs', 'outputs'])) }) })
    .optional(),
};

const functionAction = z.strictObject({
  type: z.literal('Function'),
  inputs: z.strictObject({
    ...call,
    function: z.strictObject({ id: z.string() }),
    authentication: z.strictObject({ type: z.literal('ManagedServiceIdentity'), audience: z.string() }).optional(),
  }),
  ...action,
});
const httpAction = z.strictObject({
  type: z.literal('Http'),
  inputs: z.strictObject({ ...call, uri: z.string() }),
  ...action,
});
const responseAction = z.strictObject({
  type: z.literal('Response'),
  kind: z.literal('Http'),
  inputs: z.strictObject({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
  runAfter,
});
const terminateAction = z.strictObject({
  type: z.literal('Terminate'),
  inputs: z.strictObject({
    runStatus: z.enum(['Succeeded', 'Failed', 'Cancelled']),
    runError: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  }),
  runAfter,
});
const switchAction = z.strictObject({
  type: z.literal('Switch'),
  expression,
  get cases() {
    return z.record(name, z.strictObject({ case: z.string(), actions }));
  },
  get default() {
    return z.strictObject({ actions });
  },
  runAfter,
});
const ifAction = z.strictObject({
  type: z.literal('If'),
  expression: z.strictObject({ and: z.array(z.strictObject({ greater: z.tuple([expression, z.number()]) })) }),
  get actions() {
    return actions;
  },
  get else() {
    return z.strictObject({ actions });
  },
  runAfter,
});
const anyAction = z.discriminatedUnion('type', [
  functionAction,
  httpAction,
  responseAction,
  terminateAction,
  switchAction,
  ifAction,
]);
const actions: z.ZodRecord<typeof name, typeof anyAction> = z.record(name, anyAction);

const trigger = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('Request'),
    kind: z.literal('Http'),
    inputs: z.strictObject({ schema: z.record(z.string(), z.unknown()) }),
  }),
  z.strictObject({
    type: z.literal('Recurrence'),
    recurrence: z.strictObject({
      frequency: z.enum(['Day', 'Week']),
      interval: z.int().min(1),
      timeZone: z.string(),
      schedule: z.strictObject({ hours: z.array(z.string()), minutes: z.array(z.int().min(0).max(59)) }),
    }),
  }),
]);

export const definitionSchema = z.strictObject({
  $schema: z.literal(
    'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#',
  ),
  contentVersion: z.string().regex(/^\d+(\.\d+){3}$/),
  parameters: z
    .record(
      name,
      z.strictObject({
        type: z.enum(['String', 'SecureString', 'Array', 'Object', 'Int', 'Bool']),
        metadata: z.object({}).loose().optional(),
      }),
    )
    .optional(),
  triggers: z.record(name, trigger).refine((all) => Object.keys(all).length === 1),
  actions,
  outputs: z.strictObject({}),
});

export type WorkflowDefinition = z.infer<typeof definitionSchema>;
export type WorkflowAction = z.infer<typeof anyAction>;
export type CallAction = z.infer<typeof functionAction> | z.infer<typeof httpAction>;
