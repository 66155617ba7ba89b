import { LEARN_SETTINGS } from '../learn/settings';
import { EngineError } from '../policy/types';
import { RUN_SETTINGS, VERDICT_SETTINGS, VOTE_SETTINGS } from '../run/settings';
import { answers } from './answers';
import { bench } from './bench';
import type { Command, CommandContext } from './command';
import { convert } from './convert';
import { evaluate } from './evaluate';
import { learn } from './learn';
import { parity } from './parity';
import { progressLine } from './progress';
import { settingLines } from './setting-options';
import { solve } from './solve';
import { UsageError } from './usage';
import { RULE_SETTINGS, vote } from './vote';

const USAGE = `Usage: npm run -s cli -- COMMAND [options]
  solve   --problem TEXT [--model DIR] [--adapter DIR] [--engine batch|cpu]
${settingLines({ ...RUN_SETTINGS, ...VOTE_SETTINGS, ...VERDICT_SETTINGS })} [--as-typed] [--json]
  learn   (--problem TEXT | --problems FILE.jsonl) [--eval FILE.jsonl] [--out ADAPTER_DIR] [--resume DIR] [--json]
          [--engine batch|cpu]
${settingLines(LEARN_SETTINGS)}
          [--rank 8] [--alpha 16] [--targets q,k,v,o,gate,up,down]
  evaluate --problems FILE [--model DIR] [--adapter DIR] [--engine batch|cpu] [--limit N] [--greedy] [--resume LOG.jsonl]
          [--against LOG.jsonl] [--preferences FILE] [--groups FILE] [settings of solve] [--json]
  parity  --golden DIR [--json]
  answers --cases FILE.jsonl [--policy lenient|strict] [--extract] [--skip-bad] [--json]
  vote    --paths FILE.jsonl|tiny-math [--rule RULE] [--seed 1] [--skip-bad] [--json]
${settingLines(RULE_SETTINGS)}
  bench   [--shape tiny|qwen2-0.5b|qwen2.5-math-1.5b] [--quantization q4f16_1|q4f32_1] [--paths 1,4,16] [--json]
          [--engines]
  convert HF_DIR OUT_DIR [--quantization q4f16_1|q4f32_1] [--json]
docs/CLI.md describes each command, its JSON and the exit codes.`;

const COMMANDS = new Map<string, Command>([
  ['solve', solve],
  ['learn', learn],
  ['evaluate', evaluate],
  ['parity', parity],
  ['answers', answers],
  ['vote', vote],
  ['bench', bench],
  ['convert', convert],
]);

/** Runs a command line; resolves with the exit code: 0 done, 1 the work failed, 2 wrong use. */
export async function main(argv: readonly string[]): Promise<number> {
  const abort = new AbortController();
  // The first Ctrl-C ends the work in order, a second one ends the process as usual.
  process.once('SIGINT', () => abort.abort());
  const context: CommandContext = {
    signal: abort.signal,
    progress: progressLine(process.stderr),
    print: (line) => void process.stdout.write(`${line}\n`),
    printError: (line) => void process.stderr.write(`${line}\n`),
  };
  const [name, ...rest] = argv;
  try {
    if (name === '--help' || name === 'help') {
      context.print(USAGE);
      return 0;
    }
    const command = COMMANDS.get(name ?? '');
    if (command !== undefined) return await command(rest, context);
    context.printError(name === undefined ? USAGE : `There is no command "${name}".\n${USAGE}`);
    return 2;
  } catch (error) {
    context.progress.clear();
    context.printError(oneLine(error, abort.signal));
    return isWrongUse(error) ? 2 : 1;
  }
}

function isWrongUse(error: unknown): boolean {
  if (error instanceof EngineError) return error.code === 'bad-settings' || error.code === 'empty-problem';
  return error instanceof UsageError;
}

function oneLine(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'Stopped on request.';
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, ' ');
}
