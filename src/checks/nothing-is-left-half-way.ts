import { fix, kubectl, ours } from '../base/advice.ts';
import { annotation, deletingLabel } from '../kube/annotations.ts';
import { configKey } from '../kube/key.ts';
import { readRotationNote } from '../kube/rotation-note.ts';
import { contextCheck, type Found } from './check.ts';
import { said } from './remedies.ts';
import { unreadSecret } from './unusable-kubeconfigs.ts';

export const nothingIsLeftHalfWay = contextCheck({
  code: 'KC214',
  title: 'no rotation and no deletion was left half way',
  background: {
    read: 'the annotation and the label that a rotation or a deletion leaves on the stored Secret while it runs',
    causes: ['a rotate or delete was killed, or lost its connection', 'another run is at it at this moment'],
    prevent:
      'let a rotation end before the machine that runs it goes away; its progress is kept in the cluster, so that any machine can resume it',
    related: ['KC213', 'KC406'],
  },
  severity: 'warning',
  about: 'Secret',
  why: 'the old token stays good until the rotation ends, and until then no other command changes this ClientConfig',
  cure: 'wait for the run that is at it; when its process is gone, finish it with clientconfig rotate --resume, or with clientconfig delete',
  remedies: said('finish it with clientconfig rotate --resume, or with clientconfig delete'),
  needs: ['configs'],
  *run({ configs }) {
    for (const { config, secret } of configs) {
      if (!secret.ok) yield unreadSecret(secret);
      const { namespace, name, annotations = {}, labels = {} } = (secret.ok ? secret.value : undefined) ?? {};
      if (namespace === undefined || name === undefined) continue;
      const object = { kind: 'Secret', namespace, name };
      const rotationNote = annotations[annotation.rotation];
      if (rotationNote !== undefined) yield { object, ...rotation(rotationNote, namespace, name) };
      if (labels[deletingLabel] !== undefined)
        yield {
          object,
          cause: 'deletions of their ClientConfigs have begun and not ended',
          message: `a deletion of ClientConfig ${configKey(config)} has begun and not ended`,
          remedies: () => [fix(ours('clientconfig delete', [configKey(config)]))],
        };
    }
  },
});
const rotation = (noted: string, namespace: string, name: string): Omit<Found, 'object'> => {
  const note = readRotationNote(noted);
  if (!note.ok)
    return {
      cause: 'their Secrets note rotations that this program has not made',
      message: `its Secret notes a rotation that this program has not made: ${note.why}`,
      effect: 'no command changes this ClientConfig before the note is taken away',
      remedies: () => [fix(kubectl(undefined, '-n', namespace, 'annotate', 'secret', name, `${annotation.rotation}-`))],
    };
  return {
    cause: 'rotations of their credentials have begun and not ended',
    message: `a rotation of its credential began at ${note.value.startedAt} and has not ended${note.value.phase === 'written' ? ': the new token is stored, and the old one may still be good' : ''}`,
    remedies: () => [fix(ours('clientconfig rotate', [], '--resume'))],
  };
};
