// The package brings no types of its own.
declare module 'gitignore-parser' {
  export function compile(rules: string): { accepts(path: string): boolean };
}
