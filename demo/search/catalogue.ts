import { type Opensearch, startOpensearch } from '../../lab/backends/opensearch.ts';

export const PRODUCTS = [
  { name: 'Oak chair', room: 'kitchen', price: 129 },
  { name: 'Oak table', room: 'kitchen', price: 890 },
  { name: 'Desk chair', room: 'office', price: 249 },
  { name: 'Reading lamp', room: 'office', price: 79 },
  { name: 'Garden chair', room: 'garden', price: 59 },
];

/**
 * A real OpenSearch with the products of a web shop and a log of searches. The given user may only read the products.
 */
export async function startCatalogue({ username = '', password = '' }): Promise<Opensearch> {
  const opensearch = await startOpensearch();
  try {
    for (const [index, product] of PRODUCTS.entries())
      await opensearch.done('PUT', `/products/_doc/${index + 1}`, product);
    await opensearch.done('PUT', '/searches-2026.03/_doc/1', { words: 'chair' });
    await opensearch.done('PUT', '/salaries/_doc/1', { name: 'Nobody', amount: 1 });
    await opensearch.done('POST', '/_refresh');
    await opensearch.createUser(username, password, {
      cluster_permissions: ['cluster_composite_ops_ro'],
      index_permissions: [
        {
          // more than the indexes of the SearchEngine, to show that its list is enforced too
          index_patterns: ['*'],
          allowed_actions: ['read', 'indices:admin/mappings/get', 'indices:admin/resolve/index'],
        },
      ],
    });
    return opensearch;
  } catch (error) {
    await opensearch.stop();
    throw error;
  }
}
