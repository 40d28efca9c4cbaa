import { contextCheck } from './check.ts';
import { reloaded } from './remedies.ts';

/** Equal hash annotations prove that the operator has read this version; clientconfig_controller.go:157. */
export const storedIsLoaded = contextCheck({
  code: 'KC602',
  title: 'the operator has read what is stored',
  severity: 'warning',
  why: 'it still works with an earlier version: it is down, in a crash loop, or about to restart',
  cure: 'wait for the operator to restart, or see why it does not',
  remedies: reloaded,
  needs: ['loaded'],
  *run({ loaded }) {
    if (loaded === 'stale') yield { message: 'ClientConfig or Secret has changed since the operator last read it' };
  },
});
