/** Engines that sample here: WebLLM path by path, or ours with all paths at once, on the GPU or on the processor. */
export const ENGINE_KINDS = ['webllm', 'batch', 'cpu'] as const;
export type EngineKind = (typeof ENGINE_KINDS)[number];

/** What may have written a run: `remote` is another machine. */
export const RUN_ENGINES = [...ENGINE_KINDS, 'remote'] as const;
export type RunEngine = (typeof RUN_ENGINES)[number];
