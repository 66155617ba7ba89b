import type { LoadProgress } from '../policy/types';

/** One line on stderr that is written over and over; nothing where stderr is not a terminal. */
export interface ProgressLine {
  show(text: string): void;
  clear(): void;
}

export function progressLine(stream: NodeJS.WriteStream): ProgressLine {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => void stream.write(`\r\x1b[K${text.slice(0, stream.columns - 1)}`),
    clear: () => void stream.write('\r\x1b[K'),
  };
}

export function describeLoad({ phase, done, total, unit }: LoadProgress): string {
  const amount = (value: number): string => (unit === 'bytes' ? `${(value / 1e6).toFixed(1)} MB` : String(value));
  return `${phase} ${amount(done)}${total > 0 ? ` of ${amount(total)}` : ''}`;
}
