import { expose } from 'comlink';
import { DownloadService } from './download-service';

expose(
  new DownloadService({
    caches,
    storage: navigator.storage,
    locks: navigator.locks,
    fetch: (url, init) => fetch(url, init),
  }),
);
