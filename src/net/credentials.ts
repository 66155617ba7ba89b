/** Name and password of an address, as in https://name:password@host/. */
const CREDENTIALS = /([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi;

/** A text for people or logs without the credentials of the addresses in it. */
export function withoutCredentials(text: string): string {
  return text.replace(CREDENTIALS, '$1');
}

/** An address holds a name or a password: it would be stored, shown and shared with them. */
export class CredentialsError extends TypeError {
  override readonly name = 'CredentialsError';
}
