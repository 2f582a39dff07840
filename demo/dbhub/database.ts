import type { Backend } from '../../lab/backends/backend.ts';
import { startPostgres } from '../../lab/backends/postgres.ts';

export interface Login {
  user: string;
  password: string;
  database: string;
}

export const ORDERS = 1200;

/** A real PostgreSQL with a `shop` database. The given user may only read. */
export async function startShop({ user, password, database }: Login): Promise<Backend> {
  const postgres = await startPostgres();
  try {
    await postgres.createDatabase(database);
    await postgres.query(SHOP, database);
    await postgres.createUser({ name: user, password, database, readOnly: true });
    return postgres;
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

const SHOP = `
CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, city text NOT NULL);
CREATE TABLE orders (
  id int PRIMARY KEY,
  customer int NOT NULL REFERENCES customers,
  placed date NOT NULL,
  total numeric(8, 2) NOT NULL
);
COMMENT ON TABLE orders IS 'One row per order of the web shop';
INSERT INTO customers
SELECT id, 'Customer ' || id, (ARRAY['Bern', 'Oslo', 'Lyon', 'Graz'])[id % 4 + 1] FROM generate_series(1, 40) AS id;
INSERT INTO orders
SELECT id, id % 40 + 1, date '2026-01-01' + id % 90, 5 + id * 37 % 200 + 0.5 FROM generate_series(1, ${ORDERS}) AS id;
`;
