// Preloaded into the program by NODE_OPTIONS: notes every way out of the process in the file that CONNECTIONS names.
const { appendFileSync } = require('node:fs');
const net = require('node:net');
const dns = require('node:dns');
const dgram = require('node:dgram');
const note = line => appendFileSync(process.env.CONNECTIONS, `${line}\n`);
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  note(typeof options === 'object' ? `tcp ${options.path ?? `${options.host}:${options.port}`}` : `tcp ${args[1] ?? 'localhost'}:${options}`);
  return connect.apply(this, args);
};
for (const [name, owner] of [['lookup', dns], ['lookup', dns.promises], ['resolve', dns], ['resolve', dns.promises], ['createSocket', dgram]]) {
  const before = owner[name];
  owner[name] = (...args) => {
    // An address that is written out is asked of nobody.
    if (net.isIP(String(args[0])) === 0) note(`${name} ${JSON.stringify(args[0])}`);
    return before.apply(owner, args);
  };
}
note('started');
