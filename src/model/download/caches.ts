/** The parts of the Cache API that are used here, so that tests can bring their own. */
export interface CacheLike {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

export interface CachesLike {
  open(name: string): Promise<CacheLike>;
}
