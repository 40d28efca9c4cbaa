// Preloaded: names on standard error, as the last line, what Node has loaded of itself after this.
const before = new Set(process.moduleLoadList);
process.on('exit', () => {
  process.stderr.write(`${JSON.stringify(process.moduleLoadList.filter(name => !before.has(name)))}\n`);
});
