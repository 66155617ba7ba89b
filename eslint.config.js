import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const ONE_PLACE = 'Requests are sent by src/net/ask.ts alone, which knows whom the user has chosen.';
const NETWORK = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'sendBeacon',
];
const GLOBAL_OBJECTS = ['globalThis', 'window', 'self', 'navigator', 'frames', 'parent', 'top'];
const AS_HTML = ['innerHTML', 'outerHTML', 'srcdoc'];

/** A program of the page: sends no request by itself, writes no HTML, and takes no messages from other windows. */
const PAGE_RULES = {
  'no-restricted-globals': ['error', ...NETWORK.map((name) => ({ name, message: ONE_PLACE }))],
  'no-restricted-properties': [
    'error',
    ...GLOBAL_OBJECTS.flatMap((object) => NETWORK.map((property) => ({ object, property, message: ONE_PLACE }))),
    { object: 'document', property: 'write', message: 'Text never becomes HTML.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: `AssignmentExpression > MemberExpression.left[property.name=/^(${AS_HTML.join('|')})$/]`,
      message: 'Text never becomes HTML.',
    },
    {
      selector:
        'CallExpression[callee.property.name=/^(insertAdjacentHTML|setHTMLUnsafe|parseFromString|createContextualFragment)$/]',
      message: 'Text never becomes HTML.',
    },
    ...[
      "CallExpression[callee.name='addEventListener'][arguments.0.value='message']",
      "CallExpression[callee.object.name=/^(globalThis|window|self)$/][callee.property.name='addEventListener'][arguments.0.value='message']",
      "AssignmentExpression > MemberExpression.left[object.name=/^(globalThis|window|self)$/][property.name='onmessage']",
      "CallExpression[callee.object.name=/^(parent|top|opener|window)$/][callee.property.name='postMessage']",
      "SvelteAttribute[key.name='onmessage']",
    ].map((selector) => ({ selector, message: 'The page and other windows send one another no messages.' })),
  ],
};

export default ts.config(
  {
    ignores: ['dist', 'src/paraglide', 'node_modules', 'test-results', 'playwright-report', 'tools/tiny-math/**/*.py'],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      // TypeScript knows the globals, and better than this rule does.
      'no-undef': 'off',
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true },
      ],
    },
  },
  { files: ['src/**/*.{ts,svelte}', 'workers/**/*.ts'], rules: PAGE_RULES },
  // The one place.
  {
    files: ['src/net/ask.ts'],
    rules: { 'no-restricted-globals': ['error', ...NETWORK.filter((name) => name !== 'fetch')] },
  },
);
