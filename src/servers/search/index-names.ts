/**
 * Characters of names: letters and digits of any script, and marks that no engine and no URL reads specially. The first is
 * not ".", "_", "-" or "+".
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create
 */
const letters = String.raw`\p{L}\p{M}\p{N}@=~`;
export const [firstOfName, restOfName] = [`[${letters}]`, `[${letters}.+_-]`] as const;
