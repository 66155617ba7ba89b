import { checkedPrompt, measurePrompt } from '../policy/checks';
import { abortable, toEngineError } from '../policy/errors';
import type { LogitMeter, MeterDevice } from '../policy/logit-meter';
import { EngineError, type Policy, type EngineInfo, type LoadProgress, type PromptMeasure } from '../policy/types';
import type { RopeFinding, SampleListener, SampleRequest, SampleTiming, WebLlmOptions } from '../policy/types';
import { promptDigest } from '../model/digest';
import { parameterCountOf } from '../model/tensors';
import type { OpenModel } from '../model/types';
import { libraryError } from './errors';
import type { CreateMlcEngine, MlcEngine } from './library';
import { LogitTap } from './logit-tap';
import { progressOf } from './progress';
import { RopeRepair, withShaders } from './rope';
import { runSequentially } from './run-sequentially';

/** Where WebLLM finds a model. Both URLs are absolute; they are also the keys of its caches. */
export interface WebLlmLocation extends WebLlmOptions {
  /** Ends in '/resolve/<revision>/': WebLLM appends 'resolve/main/' to anything else. */
  readonly modelUrl: string;
}

/**
 * WebLLM as a policy: samples the paths one after another, and measures every step's raw logits on another GPU device
 * (`gpu`) than the library's own.
 */
export class WebLlmEngine implements Policy {
  #current: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly library: MlcEngine,
    readonly model: OpenModel,
    readonly gpu: MeterDevice,
    readonly meter: LogitMeter,
    readonly tap: LogitTap,
    readonly rope: RopeFinding,
    /** Resolves with the reason when WebLLM's own device is gone. */
    readonly lost: Promise<string>,
    readonly loadMs: number,
  ) {}

  /**
   * Loads `model` through WebLLM, which reads its files from its caches or the network. Phases: 'weights', 'pipelines'.
   * Rejects with EngineError; 'rope-unknown' (details: needed, found) unless `location.acceptUnknownRope`.
   */
  static async load(
    create: CreateMlcEngine,
    gpu: MeterDevice,
    model: OpenModel,
    location: WebLlmLocation,
    onProgress: (progress: LoadProgress) => void = () => undefined,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<WebLlmEngine> {
    const start = performance.now();
    const tap = new LogitTap(model.config.activeVocabSize);
    const library = create({
      appConfig: { model_list: [recordOf(model, location)] },
      logitProcessorRegistry: new Map([[model.id, tap]]),
      initProgressCallback: (report) => onProgress(progressOf(report, model.weightBytes)),
      logLevel: 'WARN',
    });
    const repair = new RopeRepair(model.config.ropeTheta);
    let lost = new Promise<string>(() => undefined);
    try {
      const reload = withShaders(
        (code) => repair.rewrite(code),
        (device) => (lost = device.lost.then((info) => info.message || info.reason)),
        () => library.reload(model.id, chatOptions(model)),
      );
      await abortable(reload, signal);
      checkRope(repair.finding, location);
      const meter = await gpu.createMeter(model.config);
      return new WebLlmEngine(library, model, gpu, meter, tap, repair.finding, lost, performance.now() - start);
    } catch (error) {
      await library.unload().catch(() => undefined);
      throw toEngineError(libraryError(error), signal);
    }
  }

  get info(): EngineInfo {
    const { config, weightBytes } = this.model;
    const scalar = config.quantization === 'q4f16_1' ? 2 : 4;
    // WebLLM reserves the keys and values of the whole context.
    const cacheBytes = 2 * scalar * config.layerCount * config.kvHeadCount * config.headDim * config.contextTokens;
    return {
      engine: 'webllm',
      modelId: this.model.id,
      parameterCount: parameterCountOf(this.model),
      device: this.gpu.adapterName,
      isSoftwareAdapter: this.gpu.isSoftwareAdapter,
      quantization: this.model.config.quantization,
      promptDigest: promptDigest(this.model),
      contextTokens: config.contextTokens,
      bytesInUse: weightBytes + cacheBytes + this.meter.bytesInUse,
      loadMs: this.loadMs,
      rope: this.rope,
    };
  }

  measure(problem: string): PromptMeasure {
    return measurePrompt(this.model, problem);
  }

  async sample(request: SampleRequest, listener: SampleListener, signal: AbortSignal): Promise<SampleTiming> {
    const promptIds = checkedPrompt(this.model, request.problem);
    const run = runSequentially(this, { ...request, promptIds }, listener, signal);
    this.#current = run.catch(() => undefined);
    try {
      return await run;
    } catch (error) {
      throw toEngineError(libraryError(error), signal);
    }
  }

  /** Frees the GPU's memory once the running call has ended: abort it first. */
  async dispose(): Promise<void> {
    await this.#current;
    await this.library.unload();
    this.meter.dispose();
  }
}

function recordOf(model: OpenModel, { modelUrl, libraryUrl, requiredFeatures }: WebLlmLocation) {
  return {
    model: modelUrl,
    model_id: model.id,
    model_lib: libraryUrl,
    required_features: [...requiredFeatures],
  };
}

/** Settings of the model that WebLLM would otherwise take from its file: the prompt is raw, and ends are ours to name. */
function chatOptions({ config }: OpenModel): Record<string, unknown> {
  return {
    context_window_size: config.contextTokens,
    conv_template: {
      system_template: '{system_message}',
      system_message: '',
      roles: { user: '', assistant: '', tool: '' },
      seps: [''],
      stop_str: [],
      stop_token_ids: [...config.stopTokenIds],
    },
  };
}

function checkRope({ state, needed, found }: RopeFinding, { acceptUnknownRope }: WebLlmLocation): void {
  if (state !== 'unknown' || acceptUnknownRope) return;
  const which = found.length === 0 ? 'none was found in it' : `it has ${found.join(' and ')}`;
  throw new EngineError(
    'rope-unknown',
    `The compiled library should turn positions by base ${needed}, but ${which}: its answers could be wrong.`,
    { needed, found: found.join(', ') },
  );
}
