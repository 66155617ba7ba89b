import { mount } from 'svelte';
import App from './app/shell/App.svelte';
import './app/kit/styles/tokens.css';
import './app/kit/styles/base.css';
import './app/kit/styles/sidebar-page.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app.');
mount(App, { target });
