import { expose } from 'comlink';
import { asker } from '../src/net/ask';
import { DownloadService } from './download-service';

expose(
  new DownloadService({
    caches,
    storage: navigator.storage,
    locks: navigator.locks,
    asker,
  }),
);
