/** Engines that sample here: WebLLM path by path, or ours with all paths at once. */
export const ENGINE_KINDS = ['webllm', 'batch'] as const;
export type EngineKind = (typeof ENGINE_KINDS)[number];

/** What may have written a run: `remote` is another machine. */
export const RUN_ENGINES = [...ENGINE_KINDS, 'remote'] as const;
export type RunEngine = (typeof RUN_ENGINES)[number];
