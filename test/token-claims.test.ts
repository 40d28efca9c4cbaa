import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenClaims } from '../src/kube/token-claims.ts';

const tokenOf = (claims: string): string => `x.${Buffer.from(claims).toString('base64url')}.y`;

test('whatever a token says of its end is a moment that can be written, or nothing', () => {
  for (const exp of ['1e20', '-1e20', '1e400', '-1e400', '0', '1893456000', '"tomorrow"', 'null', '{}', '[1]']) {
    const claims = tokenClaims(tokenOf(`{"sub":"s","exp":${exp},"iat":${exp}}`));
    assert.equal(claims?.subject, 's');
    for (const at of [claims.expiresAt, claims.issuedAt]) if (at !== undefined) assert.match(new Date(at).toISOString(), /T/, exp);
  }
  assert.equal(tokenClaims(tokenOf('{"exp":1893456000}'))?.expiresAt, 1_893_456_000_000);
});
test('claims that are no object are none', () => {
  for (const claims of ['[]', 'null', '7', '{"kubernetes.io":null}', '{"__proto__":{"sub":"s"}}', '{'])
    assert.equal(tokenClaims(tokenOf(claims))?.subject, undefined, claims);
});
