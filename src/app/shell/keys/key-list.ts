import { m } from '../../../paraglide/messages.js';

/** One line of the list: keys that do the same, or that go together ("← →"), and what they do. */
interface KeyLine {
  /** Each inner list is pressed at once; the outer ones are alternatives or a pair. */
  readonly keys: readonly (readonly string[])[];
  readonly what: () => string;
}

interface KeyGroup {
  readonly id: string;
  readonly title: () => string;
  readonly lines: readonly KeyLine[];
}

const LEFT_RIGHT = [['←'], ['→']];
const HOME_END = [['Home'], ['End']];

/** Every key that the page listens to; whoever adds one adds it here. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    id: 'everywhere',
    title: m.keys_everywhere,
    lines: [
      { keys: [['?']], what: m.keys_help },
      { keys: [['Tab'], ['Shift', 'Tab']], what: m.keys_tab },
      { keys: [['Esc']], what: m.keys_escape },
    ],
  },
  {
    id: 'work',
    title: m.keys_work,
    lines: [
      {
        keys: [
          ['Ctrl', '↵'],
          ['⌘', '↵'],
        ],
        what: m.keys_start,
      },
      { keys: [['Esc']], what: m.keys_stop },
      { keys: [['V']], what: m.view_keys_reveal },
    ],
  },
  {
    id: 'paths',
    title: m.keys_paths,
    lines: [
      { keys: [['↑'], ['↓']], what: m.keys_path },
      { keys: LEFT_RIGHT, what: m.keys_step },
      { keys: HOME_END, what: m.keys_ends },
      { keys: [['↵']], what: m.keys_pin },
      {
        keys: [
          ['Shift', '←'],
          ['Shift', '→'],
        ],
        what: m.inspect_keys_mark,
      },
      { keys: [['+'], ['−']], what: m.inspect_keys_zoom },
      { keys: [['0']], what: m.inspect_keys_all },
      { keys: [['c']], what: m.compare_keys },
    ],
  },
  {
    id: 'gate',
    title: m.keys_gate,
    lines: [
      { keys: LEFT_RIGHT, what: m.keys_gate_move },
      { keys: HOME_END, what: m.keys_gate_ends },
      { keys: [['Esc']], what: m.keys_gate_reset },
    ],
  },
  {
    id: 'fields',
    title: m.keys_fields,
    lines: [
      { keys: LEFT_RIGHT, what: m.keys_change },
      { keys: HOME_END, what: m.keys_range },
    ],
  },
];
