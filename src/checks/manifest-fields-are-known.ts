import { fleetCheck } from './check.ts';
import { said } from './remedies.ts';

/** kubectl, and every server-side apply with strict validation, refuses such a field; what does not validate drops it. */
export const manifestFieldsAreKnown = fleetCheck({
  code: 'KC113',
  title: 'every field of a manifest is known, and stands there once',
  background: {
    read: 'the manifests, field by field, beside the CRDs of the operator',
    causes: ['a typing error, or a field that belongs one level higher or lower', 'an example from old documentation'],
    prevent: 'apply with kubectl apply --validate=strict, and check manifests in the pipeline with -f',
    related: ['KC210', 'KC512'],
  },
  severity: 'error',
  why: 'the API server refuses the manifest, or takes it without that field: a datacenter without its k8sContext goes to the control plane',
  cure: 'correct the name of the field, or take it out',
  remedies: said('correct the name of the field, or take it out'),
  needs: ['fields'],
  *run({ fields }) {
    for (const { object, place, problem, meant } of fields) {
      const name = object.field.replace(/^.*\./, '');
      if (problem === 'repeated')
        yield {
          object,
          place,
          severity: 'warning',
          message: `${object.field} is set twice`,
          effect: 'the last one counts, and the others are lost without a word',
          inFile: `leave one ${name} there`,
        };
      else if (meant === undefined)
        yield {
          object,
          place,
          severity: 'warning',
          message: `${object.field} is not a field that ${object.kind} has`,
          inFile: `take ${name} out`,
        };
      else
        yield {
          object,
          place,
          message: `${object.field} is not a field: ${meant} is meant`,
          inFile: `write ${meant} instead of ${name}`,
        };
    }
  },
});
