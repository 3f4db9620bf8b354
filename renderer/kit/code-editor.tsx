// A text of YAML with colours, line numbers and findings at their lines: to write, or only to read. It lives in a shadow
// root, so that its style sheets need no exception of the content policy. Tab leaves it, as it leaves every field.
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState, StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef, type ReactElement } from 'react';

/** Something said about a line. */
export interface LineNote {
  /** 1-based. */
  readonly line: number;
  readonly tone: 'bad' | 'warn' | 'info';
  readonly text: string;
}

/** The editor; `value` is the text it starts with, a new `value` replaces what is there. */
export function CodeEditor({
  label,
  value,
  readOnly = false,
  notes = [],
  line,
  first = 1,
  cited,
  onChange,
  onRun,
}: {
  readonly label: string;
  readonly value: string;
  readonly readOnly?: boolean;
  readonly notes?: readonly LineNote[];
  /** 1-based line to bring into view. */
  readonly line?: number | undefined;
  readonly onChange?: (text: string) => void;
  /** The number of the first line, where the text is a stretch of a longer file. */
  readonly first?: number;
  /** Lines that are cited, both ends included; marked. */
  readonly cited?: { readonly from: number; readonly to: number } | undefined;
  /** Ctrl+Enter. */
  readonly onRun?: () => void;
}): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const calls = useRef({ onChange, onRun });
  useEffect(() => {
    calls.current = { onChange, onRun };
  });
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ extensions: extensionsOf({ label, readOnly, first }, calls) }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, [label, readOnly, first]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value, label, readOnly, first]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const { doc } = editor.state;
    const severity = { bad: 'error', warn: 'warning', info: 'info' } as const;
    const found = notes
      .filter(note => note.line >= 1 && note.line <= doc.lines)
      .map(note => {
        const { from, to } = doc.line(note.line);
        return { from, to, severity: severity[note.tone], message: note.text };
      })
      .sort((a, b) => a.from - b.from);
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [notes, value]);
  useEffect(() => {
    const editor = view.current;
    const at = line === undefined ? 0 : line - first + 1;
    if (editor === undefined || at < 1 || at > editor.state.doc.lines) return;
    const { from } = editor.state.doc.line(at);
    editor.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
  }, [line, value, first]);
  const [from, to] = [cited?.from, cited?.to];
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const { doc } = editor.state;
    const lines: Range<Decoration>[] = [];
    for (let at = from ?? 1; at <= (to ?? 0); at++)
      if (at - first + 1 >= 1 && at - first + 1 <= doc.lines)
        lines.push(CITED.range(doc.line(at - first + 1).from));
    editor.dispatch({ effects: setCited.of(Decoration.set(lines)) });
  }, [from, to, first, value]);
  return <div ref={host} className="v-editor" data-editor="" />;
}

const CITED = Decoration.line({ class: 'cm-cited', attributes: { 'aria-current': 'location' } });
const setCited = StateEffect.define<DecorationSet>();
const citedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (lines, change) =>
    change.effects.reduce(
      (kept, effect) => (effect.is(setCited) ? effect.value : kept),
      lines.map(change.changes),
    ),
  provide: field => EditorView.decorations.from(field),
});

function extensionsOf(
  { label, readOnly, first }: { readonly label: string; readonly readOnly: boolean; readonly first: number },
  calls: {
    readonly current: {
      readonly onChange: ((text: string) => void) | undefined;
      readonly onRun: (() => void) | undefined;
    };
  },
): readonly Extension[] {
  return [
    lineNumbers({ formatNumber: number => String(number + first - 1) }),
    citedLines,
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    indentUnit.of('  '),
    yaml(),
    syntaxHighlighting(COLOURS),
    lintGutter(),
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      'aria-label': label,
      ...(readOnly ? { 'aria-readonly': 'true' } : {}),
      tabindex: '0',
    }),
    keymap.of([
      {
        key: 'Mod-Enter',
        run: () => {
          calls.current.onRun?.();
          return calls.current.onRun !== undefined;
        },
      },
      ...defaultKeymap,
      ...historyKeymap,
    ]),
    OVERWRITING,
    EditorView.updateListener.of(update => {
      if (update.docChanged) calls.current.onChange?.(update.state.doc.toString());
    }),
    THEME,
  ];
}

/** The browser's own way of typing over several lines writes inline styles, which the content policy forbids. */
const OVERWRITING = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const isTyped = event.inputType === 'insertText' && event.data !== null && !view.composing;
    if (!isTyped || view.state.readOnly || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--v-accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--v-good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--v-sec)' },
  { tag: tags.comment, color: 'var(--v-ink-3)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.separator, tags.punctuation], color: 'var(--v-ink-2)' },
]);

const THEME = EditorView.theme({
  '&': { height: '100%', color: 'var(--v-ink)', backgroundColor: 'var(--v-panel)', fontSize: '12px' },
  '&.cm-focused': { outline: '2px solid var(--v-accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--v-mono)', lineHeight: '18px' },
  '.cm-content': { caretColor: 'var(--v-ink)', padding: '6px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--v-ink)', borderLeftWidth: '2px' },
  '.cm-gutters': {
    backgroundColor: 'var(--v-sunken)',
    color: 'var(--v-ink-3)',
    borderRight: '1px solid var(--v-line)',
  },
  '.cm-activeLine': { backgroundColor: 'transparent', boxShadow: 'inset 0 0 0 1px var(--v-line)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--v-hover)', color: 'var(--v-ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--v-soft)' },
  '.cm-cited': { backgroundColor: 'var(--v-line-mark)', boxShadow: 'inset 3px 0 0 var(--v-warn)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--v-panel)',
    color: 'var(--v-ink)',
    border: '1px solid var(--v-line-strong)',
    font: '12px/18px var(--v-sans)',
  },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--v-bad)',
  },
  '.cm-lintRange-warning, .cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--v-warn)',
  },
});
