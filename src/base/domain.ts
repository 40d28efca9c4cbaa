/** The project's own domain: the prefix of every annotation, label, finalizer and document that this program makes. */
export const domain = 'cli.k8ssandra.io';
/** The `apiVersion` of the documents that this program prints and reads back. */
export const documentVersion = `${domain}/v1`;
