import type { RegisterSWOptions } from 'vite-plugin-pwa/types';
import { describe, expect, it, vi } from 'vitest';
import { OfflineState } from '../../../../src/app/shell/offline.svelte';

function opened() {
  let options: RegisterSWOptions = {};
  const takeOver = vi.fn(() => Promise.resolve());
  const reload = vi.fn();
  const offline = new OfflineState((given) => {
    options = given;
    return takeOver;
  }, reload);
  return { offline, takeOver, reload, worker: () => options };
}

describe('what the service worker has to say', () => {
  it('says once that the page is kept, and later that a new version waits', () => {
    const { offline, worker } = opened();
    expect(offline.note).toBeNull();
    worker().onOfflineReady?.();
    expect(offline.note).toBe('ready');
    offline.dismiss();
    expect(offline.note).toBeNull();
    worker().onNeedRefresh?.();
    expect(offline.note).toBe('update');
  });

  it('reloads where the new version was asked for, and nowhere else', async () => {
    const { offline, takeOver, reload, worker } = opened();
    worker().onNeedRefresh?.();
    worker().onNeedReload?.();
    expect(reload).not.toHaveBeenCalled();
    await offline.update();
    expect(takeOver).toHaveBeenCalledOnce();
    worker().onNeedReload?.();
    expect(reload).toHaveBeenCalledOnce();
  });
});
