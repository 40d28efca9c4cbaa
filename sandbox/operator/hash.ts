import { createHash } from 'node:crypto';
import { type Json, record, text } from '../api/json.ts';

/** Written apart from the product's own, so that one mistake does not hide the other. Source: pkg/utils/hash.go of the operator. */
const sha = (bytes: string): string => createHash('sha256').update(bytes).digest('base64');
export const hashOfSpec = (spec: Json): string =>
  sha(
    `(v1beta1.ClientConfigSpec){ContextName:(string)${text(spec['contextName'])} KubeConfigSecret:(v1.LocalObjectReference){Name:(string)${text(record(spec['kubeConfigSecret'])['name'])}}}`,
  );
export const hashOfData = (data: Json): string => {
  const keys = Object.keys(data).sort();
  const bytes = (key: string): string => Array.from(Buffer.from(text(data[key]), 'base64')).join(' ');
  return sha(`(map[string][]uint8)${keys.length === 0 ? '<nil>' : `map[${keys.map(key => `${key}:[${bytes(key)}]`).join(' ')}]`}`);
};
export const resourceHash = 'k8ssandra.io/resource-hash';
export const secretHash = 'k8ssandra.io/secret-hash';
