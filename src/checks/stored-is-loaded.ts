import { contextCheck } from './check.ts';
import { reloaded } from './remedies.ts';

/** Equal hash annotations prove that the operator has read this version; clientconfig_controller.go:157. */
export const storedIsLoaded = contextCheck({
  code: 'KC602',
  title: 'the operator has read what is stored',
  background: {
    read: 'the hash annotations that the operator writes on each ClientConfig, beside the hashes of what is stored now',
    causes: ['the operator is restarting at this moment', 'the operator is down or in a crash loop'],
    prevent: 'wait for it after a change: rotate and create do so by themselves',
    related: ['KC603', 'KC601', 'KC211'],
  },
  severity: 'warning',
  why: 'the operator has not picked this up: it is about to restart, or it is down',
  cure: 'wait for the operator to restart, or see why it does not',
  remedies: reloaded,
  needs: ['loaded'],
  *run({ loaded }) {
    if (loaded === 'stale') yield { message: 'ClientConfig or Secret has changed since the operator last read it' };
  },
});
