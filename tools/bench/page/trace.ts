import * as v from 'valibot';

/** Trace categories that carry every task of every thread with its CPU time. */
export const TRACE_CATEGORIES = ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing'];

const traceSchema = v.object({
  traceEvents: v.array(
    v.looseObject({
      name: v.string(),
      pid: v.number(),
      tid: v.number(),
      /** µs of CPU time of the thread. */
      tdur: v.optional(v.number()),
      args: v.optional(v.record(v.string(), v.unknown())),
    }),
  ),
});

const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);

/**
 * CPU time, in ms, of the longest task on the page's main thread in a Chromium trace. The thread's own clock and not the
 * wall's: a software GPU takes the cores away, which says nothing about the page.
 */
export function longestMainThreadTaskMs(trace: Buffer): number {
  const { traceEvents } = v.parse(traceSchema, JSON.parse(trace.toString('utf8')));
  // The page's renderer is the one that left our own mark; about:blank and service pages have main threads too.
  const marked = traceEvents.find((event) => event.name === 'first-token');
  if (marked === undefined) throw new Error('The trace has no first-token mark.');
  const tasks = traceEvents.filter(
    (event) => event.pid === marked.pid && event.tid === marked.tid && TASKS.has(event.name),
  );
  const times = tasks.flatMap((task) => (task.tdur === undefined ? [] : [task.tdur]));
  if (times.length === 0) throw new Error('The trace has no tasks with CPU times.');
  return Math.max(...times) / 1000;
}
