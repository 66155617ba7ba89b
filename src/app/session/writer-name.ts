import { m } from '../../paraglide/messages.js';

/** "tiny-math + grpo-3" */
export function writerName(model: string, adapter: string | null): string {
  return adapter === null ? model : m.history_by({ model, adapter });
}
