import type { HttpTool } from '../../toolbox/toolbox-tool.ts';
import { type EngineType, engines } from '../engines.ts';
import { Operation, type SearchPolicy } from '../search-instance.ts';
import type { SearchEngineSpec } from '../search-resource.ts';
import { elastic } from './elastic.ts';
import { meilisearch } from './meilisearch.ts';
import { qdrant } from './qdrant.ts';
import type { EngineTools } from './tool.ts';
import { typesense } from './typesense.ts';

const byEngine: Readonly<Record<EngineType, EngineTools>> = {
  opensearch: elastic,
  elasticsearch: elastic,
  meilisearch,
  typesense,
  qdrant,
};

/** The tools of a SearchEngine. Their names end with its id, such as `search_<id>`. */
export const toolsOf = (
  { name, id, spec }: { name: string; id: string; spec: SearchEngineSpec },
  { allowedOperations }: SearchPolicy,
  maxHits: number,
): HttpTool[] =>
  Operation.options
    .filter((operation) => allowedOperations.includes(operation))
    .flatMap((operation) => {
      const tool = byEngine[spec.type][operation]({ spec, maxHits });
      if (!tool) return [];
      const about = spec.description?.trim() ? ` It holds: ${spec.description}` : '';
      return {
        ...tool,
        name: `${operation}_${id}`,
        source: id,
        path: `/${id}${spec.basePath ?? ''}${tool.path}`,
        description: `${tool.description} ${engines[spec.type].title} "${name}".${about}`,
        readOnly: true,
        idempotent: true,
      };
    });
