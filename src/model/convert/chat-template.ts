import { Environment, Interpreter, Template } from '@huggingface/jinja';
import * as v from 'valibot';
import { MOST, templateText } from '../bounds';
import { ModelFileError } from '../errors';
import { parseJsonFile } from '../parse';
import { readIfThere } from '../read-if-there';
import type { ModelSource } from '../types';

/** What Hugging Face's conversation templates make of a problem (transformers, chat_template_utils.py). */

const TEMPLATE_FILE = 'chat_template.jinja';
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json';

/** What every model is asked to do. Qwen2.5-Math was tuned with it; docs/METHOD.md */
export const SYSTEM_MESSAGE = 'Please reason step by step, and put your final answer within \\boxed{}.';

const special = v.nullish(v.union([v.string(), v.looseObject({ content: v.string() })]));
const TokenizerConfigSchema = v.looseObject({
  bos_token: special,
  eos_token: special,
  pad_token: special,
  unk_token: special,
  chat_template: v.nullish(v.union([templateText, v.array(v.object({ name: v.string(), template: templateText }))])),
});

/** A prompt's text around the problem. */
interface PromptFrame {
  readonly before: string;
  readonly after: string;
  /** The template removes white space around the problem. */
  readonly trims: boolean;
}

export interface ChatTemplate {
  /** null: the checkpoint has no template. */
  readonly frame: PromptFrame | null;
  /** The token that ends a text, as the tokenizer spells it; null: it names none. */
  readonly eosToken: string | null;
}

/**
 * Renders a checkpoint's template for one problem. Rejects with ModelFileError 'invalid', naming the field, for a template
 * that cannot be rendered, makes too much of it, or changes the problem.
 */
export async function readChatTemplate(source: ModelSource, signal?: AbortSignal): Promise<ChatTemplate> {
  const bytes = await readIfThere(source, TOKENIZER_CONFIG_FILE, signal);
  const config = bytes === null ? {} : parseJsonFile(TokenizerConfigSchema, TOKENIZER_CONFIG_FILE, bytes);
  const own = await readIfThere(source, TEMPLATE_FILE, signal);
  const tokens: Record<string, string> = {};
  for (const name of ['bos_token', 'eos_token', 'pad_token', 'unk_token'] as const) {
    const token = config[name];
    if (token !== null && token !== undefined) tokens[name] = typeof token === 'string' ? token : token.content;
  }
  const eosToken = tokens.eos_token ?? null;
  if (own !== null) {
    const template = new TextDecoder().decode(own);
    if (template.length > MOST.templateText) invalid(TEMPLATE_FILE, `it has ${template.length} characters`);
    return { frame: frameOf(template, tokens, TEMPLATE_FILE), eosToken };
  }
  const template = templateOf(config.chat_template);
  return {
    frame: template === null ? null : frameOf(template, tokens, `${TOKENIZER_CONFIG_FILE}: chat_template`),
    eosToken,
  };
}

/** The template that is meant without further words: of several, the one named "default". */
function templateOf(field: v.InferOutput<typeof TokenizerConfigSchema>['chat_template']): string | null {
  if (!Array.isArray(field)) return field ?? null;
  const found = field.find(({ name }) => name === 'default');
  if (found !== undefined) return found.template;
  const names = field.map(({ name }) => name).join(', ');
  return invalid(`${TOKENIZER_CONFIG_FILE}: chat_template`, `of its templates (${names}) none is named "default"`);
}

/** Problems that show what a template does to them. */
const PROBES = ['What is 1+1?', '{{ x }} {% if %} <b>&amp;', 'Zähle 三\n\nzwei $\\frac{1}{2}$', '"q" \'s\' \\boxed{}'];

function frameOf(template: string, tokens: Readonly<Record<string, string>>, place: string): PromptFrame {
  const render = rendererOf(template, tokens, place);
  const asSystem = (problem: string) => [
    { role: 'system', content: SYSTEM_MESSAGE },
    { role: 'user', content: problem },
  ];
  // Some templates have no system message: then it follows the problem.
  const asUser = (problem: string) => [{ role: 'user', content: `${problem}\n${SYSTEM_MESSAGE}` }];
  const messages = holdsSystem(() => render(asSystem('?'))) ? asSystem : asUser;
  const [probe = ''] = PROBES;
  const text = render(messages(probe));
  const at = text.indexOf(probe);
  if (at < 0 || text.indexOf(probe, at + 1) >= 0) invalid(place, 'it does not give the problem once, as it is');
  const before = text.slice(0, at);
  const after = text.slice(at + probe.length);
  if (PROBES.some((other) => render(messages(other)) !== before + other + after)) {
    invalid(place, 'it changes the problem');
  }
  const padded = ` \n${probe}\t `;
  const isVerbatim = render(messages(padded)) === before + padded + after;
  if (!isVerbatim && render(messages(padded)) !== before + padded.trim() + after)
    invalid(place, 'it changes the problem');
  return { before, after, trims: !isVerbatim };
}

function holdsSystem(render: () => string): boolean {
  try {
    return render().includes(SYSTEM_MESSAGE);
  } catch (error) {
    if (error instanceof ModelFileError) return false;
    throw error;
  }
}

type Message = { readonly role: string; readonly content: string };

function rendererOf(source: string, tokens: Readonly<Record<string, string>>, place: string) {
  const template = attempt(() => new Template(source), place);
  return (messages: readonly Message[]): string => {
    const environment = environmentOf({
      ...tokens,
      messages,
      add_generation_prompt: true,
      tools: null,
      documents: null,
    });
    const text = attempt(() => String(new BoundedInterpreter(environment).run(template.parsed).value), place);
    if (text.length > MOST.templateText) invalid(place, `it makes ${text.length} characters of a short problem`);
    return text;
  };
}

/** Most expressions of one rendering: hundreds of times what the longest template that exists takes. */
const MOST_EXPRESSIONS = 200_000;

/** Ends what loops within loops, or doubles a text or a list again and again. */
class BoundedInterpreter extends Interpreter {
  #expressions = 0;

  override evaluate(...[statement, environment]: Parameters<Interpreter['evaluate']>): AnyRuntimeValue {
    if (++this.#expressions > MOST_EXPRESSIONS) throw new RangeError(`it takes more than ${MOST_EXPRESSIONS} steps`);
    const result = super.evaluate(statement, environment);
    const { value } = result;
    const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
    if (length > MOST.templateText) throw new RangeError(`it makes ${length} characters or items`);
    return result;
  }
}

type AnyRuntimeValue = ReturnType<Interpreter['evaluate']>;

/** What the library gives a template, but with an end to its counting: one that counts to a million is a trap. */
function environmentOf(variables: Readonly<Record<string, unknown>>): Environment {
  const environment = new Environment();
  let items = 0;
  const range = (start: number, stop?: number, step = 1): number[] => {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    const length = Math.max(0, Math.ceil((to - from) / step));
    items += length;
    if (!(items <= MOST.listed)) throw new RangeError(`it counts to more than ${MOST.listed}`);
    return Array.from({ length }, (_, i) => from + i * step);
  };
  const raise_exception = (message: string): never => {
    throw new Error(message);
  };
  const constants = { true: true, True: true, false: false, False: false, none: null, None: null };
  const all = { ...constants, range, raise_exception, ...variables };
  for (const [name, value] of Object.entries(all)) environment.set(name, value);
  return environment;
}

function attempt<T>(work: () => T, place: string): T {
  try {
    return work();
  } catch (error) {
    return invalid(place, `it cannot be rendered (${(error as Error).message})`);
  }
}

function invalid(place: string, fault: string): never {
  const [file = place] = place.split(':');
  throw new ModelFileError('invalid', file, `${place}: ${fault}.`);
}
