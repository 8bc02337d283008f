/** The one form of a message about a configuration: line, path, what is wrong, and the fix, each a clause of its own. */
export const FORM =
  /^(?:line \d+: )?(?:the configuration|(?:[\w.[\]-]|\["(?:[^"\\\n]|\\.)*"\])+): (?!(?:must|is|are|has|have|makes|would|cannot)\b)[^\n]+[^.\s]\. Fix: [a-z][^\n]*[^.\s]\.$/;
