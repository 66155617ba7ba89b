import { m } from '../../paraglide/messages.js';
import type { LinkErrorCode } from '../../run/formats/link-text';
import type { FileErrorCode } from '../../run/formats/run-file';

/** Why a link or a file could not be opened. */
export type OpeningFaultCode = LinkErrorCode | FileErrorCode;

const TEXTS: Readonly<Record<OpeningFaultCode, () => string>> = {
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
export function faultText(code: OpeningFaultCode): string {
  return TEXTS[code]();
}
