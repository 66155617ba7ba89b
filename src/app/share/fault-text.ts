import { m } from '../../paraglide/messages.js';
import type { OpeningFault } from '../view/shared-run.svelte';

const TEXTS: Readonly<Record<OpeningFault['code'], () => string>> = {
  'too-long': m.view_fault_too_long,
  'unknown-codec': m.view_fault_unknown_codec,
  damaged: m.view_fault_damaged,
  'too-big': m.view_fault_too_big,
  newer: m.view_fault_newer,
  invalid: m.view_fault_invalid,
  'file-too-big': m.view_fault_file_too_big,
  'file-no-picture-data': m.view_fault_file_no_picture_data,
  'file-no-run': m.view_fault_file_no_run,
};

/** Why a link or a file could not be opened, and what to do. */
export function faultText(code: OpeningFault['code']): string {
  return TEXTS[code]();
}
