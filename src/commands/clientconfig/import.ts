import { ours, sentence } from '../../base/advice.ts';
import { UserError, usage } from '../../base/errors.ts';
import { readInput } from '../../base/input-output.ts';
import type { IO } from '../../base/io.ts';
import { plural } from '../../base/text.ts';
import { readControlPlane } from '../../fleet/from-cluster/control-plane.ts';
import type { ControlPlane } from '../../fleet/inventory.ts';
import { getObject, required } from '../../kube/api/objects.ts';
import { configKey } from '../../kube/key.ts';
import { kinds } from '../../kube/kinds.ts';
import { readDocuments } from '../../kube/yaml/documents.ts';
import { effectiveContext } from '../../operator/references.ts';
import { plannedLine } from '../../plan/changes.ts';
import { unwatched } from '../../plan/create/destination.ts';
import { changeOf, nameOf, openJournal, plannedBy } from '../../plan/journal.ts';
import { lookAtImported, namedBy } from '../../plan/meanwhile.ts';
import { planImport, proveRegistrations, type Registrations, readRegistrations } from '../../plan/move.ts';
import { type Guard, guardWith, overridesOf, takenContext } from '../../plan/refusals.ts';
import { refuseRestartIntoCrash, watchedConfigs, watchesFor } from '../../plan/registration.ts';
import { touchedBy } from '../../plan/restart.ts';
import { allowed, timeLimit } from '../options.ts';
import { type ImportArgs, importUsage } from './usage.ts';
import { withWriting } from './writing.ts';

export const clientconfigImport = async (io: IO, args: ImportArgs): Promise<void> => {
  const allow = allowed(args.allow, overridesOf('import'));
  const patience = timeLimit(args.timeout, '--timeout');
  const files = [...new Set(args.filename)];
  const registrations = readRegistrations(
    await documentsOf(io, files),
    files.map(file => (file === '-' ? 'standard input' : file)).join(', '),
    args['dest-namespace'],
  );
  await withWriting(io, args, { verb: 'import', usage: importUsage }, async ({ connection, limits }, writing) => {
    const controlPlane = await readControlPlane(connection, args.namespace ?? args['dest-namespace']);
    const watches = watchesFor(controlPlane, registrations.clientConfigs);
    const guard = guardWith(allow);
    refuseUnwatched(registrations, controlPlane, guard);
    const rival = watchedConfigs(controlPlane).find(other =>
      registrations.clientConfigs.some(
        config => effectiveContext(config) === effectiveContext(other) && configKey(config) !== configKey(other),
      ),
    );
    if (rival !== undefined)
      throw takenContext(effectiveContext(rival), [configKey(rival)], 'delete that one first, or take the context out of the file');
    refuseRestartIntoCrash(controlPlane, registrations.clientConfigs.map(configKey), guard);
    await proveRegistrations(
      registrations,
      async (namespace, name) =>
        required(await getObject(connection, kinds.secret, namespace, name), `Secret ${namespace}/${name}`, connection.context),
      watches,
      guard,
      limits,
    );
    const writes = await planImport(connection, controlPlane, registrations);
    const steps = writes.map(plannedBy);
    for (const step of steps) writing.say(plannedLine(step));
    const conflicts = writes.filter(({ action }) => action === 'update');
    if (conflicts.length > 0 && args.overwrite !== true)
      throw new UserError(
        `refused: ${conflicts.map(nameOf).join(', ')} exist${conflicts.length === 1 ? 's' : ''} and differ${conflicts.length === 1 ? 's' : ''}; nothing was written`,
        'pass --overwrite to change them',
      );
    const count = registrations.clientConfigs.length;
    const what = `import ${plural(count, 'ClientConfig')}`;
    if (!(await writing.agreed({ controlPlane, steps, touched: writes.map(touchedBy), what }))) return;
    const journal = openJournal(limits);
    try {
      for (const write of writes) await journal.write(write);
      await lookAtImported(connection, registrations, limits);
    } catch (error) {
      for (const change of await journal.rollBack(namedBy(connection))) writing.undid(change);
      throw error;
    }
    for (const write of writes) writing.did(changeOf(write));
    writing.say(`imported ${plural(count, 'ClientConfig')}`);
    if (args.wait === true)
      await writing.load(
        registrations.clientConfigs.map(({ metadata: { namespace, name } }) => ({ namespace, name })),
        patience,
      );
  });
};

const documentsOf = async (io: IO, files: readonly string[]): Promise<readonly unknown[]> =>
  (await Promise.all(files.map(file => parsed(io, file)))).flat();
const parsed = async (io: IO, file: string): Promise<readonly unknown[]> => {
  const fix = sentence`pass what ${ours('clientconfig export', [], '--with-secrets')} prints with -f`;
  const text = await readInput(io, file, '', fix);
  return (await io.compute(() => readDocuments(text))).map(read => {
    if ('problem' in read) throw usage(`${file}:${read.line}: ${read.problem}`, fix);
    return read.value;
  });
};
const refuseUnwatched = ({ clientConfigs }: Registrations, controlPlane: ControlPlane, guard: Guard): void => {
  const watches = controlPlane.operator?.watches ?? 'all';
  const outside = watches === 'all' ? undefined : clientConfigs.find(({ metadata }) => !watches.includes(metadata.namespace));
  if (outside === undefined) return;
  guard.refuse('unwatched-namespace', unwatched(controlPlane, outside.metadata.namespace, `ClientConfig ${configKey(outside)}`));
};
