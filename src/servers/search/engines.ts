import { z } from 'zod';

/** The supported search engines, each with a different HTTP API. */
export const EngineType = z.enum(['opensearch', 'elasticsearch', 'meilisearch', 'typesense', 'qdrant']);
export type EngineType = z.infer<typeof EngineType>;

export const AuthMethod = z.enum(['apiKey', 'basic', 'bearer']);
export type AuthMethod = z.infer<typeof AuthMethod>;

/** The differences between the engines, except for their tools. */
export interface Engine {
  /** Name of the engine for people. */
  title: string;
  /** Default port. */
  port: number;
  /** Supported authentication methods. The first is the default. */
  methods: readonly [AuthMethod, ...AuthMethod[]];
  /** Whether a request can name several indices with a pattern. */
  patterns: boolean;
  /** The term of the engine for an index. */
  index: string;
}

export const engines: Readonly<Record<EngineType, Engine>> = {
  /** https://docs.opensearch.org/2.19/security/authentication-backends/authc-index/ */
  opensearch: {
    title: 'OpenSearch',
    port: 9200,
    methods: ['basic', 'bearer'],
    patterns: true,
    index: 'index',
  },
  /** https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/token-based-authentication-services */
  elasticsearch: {
    title: 'Elasticsearch',
    port: 9200,
    methods: ['basic', 'apiKey', 'bearer'],
    patterns: true,
    index: 'index',
  },
  /** https://www.meilisearch.com/docs/reference/api/overview#authorization */
  meilisearch: {
    title: 'Meilisearch',
    port: 7700,
    methods: ['apiKey', 'bearer'],
    patterns: false,
    index: 'index',
  },
  /** https://typesense.org/docs/29.0/api/authentication.html */
  typesense: {
    title: 'Typesense',
    port: 8108,
    methods: ['apiKey'],
    patterns: false,
    index: 'collection',
  },
  /** https://qdrant.tech/documentation/guides/security/#authentication */
  qdrant: {
    title: 'Qdrant',
    port: 6333,
    methods: ['apiKey', 'bearer'],
    patterns: false,
    index: 'collection',
  },
};
