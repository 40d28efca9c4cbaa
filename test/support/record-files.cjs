// Preloaded into the program: notes every path that it touches, and every program that it starts, in the file that FILES names.
const fs = require('node:fs');
const programs = require('node:child_process');
const { appendFileSync } = fs;
let noting = false;
const note = line => {
  if (noting) return;
  noting = true;
  appendFileSync(process.env.FILES, `${line}\n`);
  noting = false;
};
const wrap = (owner, kind) => {
  for (const [name, before] of Object.entries(owner))
    if (typeof before === 'function' && !/^[A-Z_]/.test(name))
      owner[name] = function (...args) {
        for (const one of args) if (typeof one === 'string' || Buffer.isBuffer(one) || one instanceof URL) note(`${kind} ${name} ${String(one)}`);
        return before.apply(this, args);
      };
};
wrap(fs, 'file');
wrap(fs.promises, 'file');
wrap(programs, 'program');
note('started');
