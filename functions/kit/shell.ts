/** An argument for a POSIX shell, quoted where it needs to be. */
export const shellArgument = (argument: string): string =>
  /^[\w@./:=,+-]+$/.test(argument) ? argument : `'${argument.replace(/'/g, `'\\''`)}'`;
