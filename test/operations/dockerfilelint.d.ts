/** The package has no types of its own. */
declare module 'dockerfilelint' {
  const linter: { run(folder: string, dockerfile: string): readonly unknown[] }
  export default linter
}
