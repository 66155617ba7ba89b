import { mount, unmount } from 'svelte';
import App from './app/shell/App.svelte';
import { bootSentinel, type Opening } from './app/storage/boot-sentinel';
import './app/kit/styles/tokens.css';
import './app/kit/styles/base.css';
import './app/kit/styles/sidebar-page.css';

const found = document.getElementById('app');
if (found === null) throw new Error('index.html has no #app.');
const target: HTMLElement = found;

function open(): void {
  const isLink = /[?&][rc]=/.test(location.hash);
  bootSentinel.arm({ what: isLink ? 'link' : 'problem' });
  addEventListener('pagehide', () => bootSentinel.clear());
  mount(App, { target });
}

/** What froze the last visit is loaded again only if the user says so. */
async function ask(frozen: Opening): Promise<void> {
  const { default: StartClean } = await import('./app/shell/StartClean.svelte');
  const page = mount(StartClean, {
    target,
    props: {
      frozen,
      onleave: () => {
        void unmount(page);
        open();
      },
    },
  });
}

if (bootSentinel.frozen === null) open();
else ask(bootSentinel.frozen).catch(open);
