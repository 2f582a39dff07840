import { startTodoApi, type TodoApi } from '../../lab/backends/todo.ts';

export const TODOS = ['Call the customer in Bern', 'Send the offer to Oslo', 'Count the stock in Lyon'];

/** A real API with some to-dos, which requires the key. */
export async function startTodos(key: string): Promise<TodoApi> {
  const api = await startTodoApi({ auth: { method: 'header', name: 'X-API-Key', secret: key } });
  try {
    for (const title of TODOS) {
      const response = await fetch(`${api.url}/todos`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ title }),
      });
      if (!response.ok) throw new Error(`the API answers ${response.status}`);
    }
    return api;
  } catch (error) {
    await api.stop();
    throw error;
  }
}
