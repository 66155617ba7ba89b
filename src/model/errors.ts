import { withoutCredentials } from '../net/credentials';

export type ModelFileErrorCode = 'missing' | 'invalid' | 'corrupt';

/**
 * What is wrong with a model's files: a file is not there ('missing'), says something that cannot be used ('invalid'),
 * or is not what its manifest says ('corrupt': worth a new download). `message` is one sentence that names the file or
 * tensor, what was expected and what was found.
 */
export class ModelFileError extends Error {
  constructor(
    readonly code: ModelFileErrorCode,
    /** The file at fault. */
    readonly file: string,
    message: string,
  ) {
    super(withoutCredentials(message));
    this.name = 'ModelFileError';
  }
}
