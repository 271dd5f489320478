/* Calls to the API; a refusal becomes an error whose text can be shown. */

/** Returns the answer of a GET; throws with the server's own words. */
export function get(url) {
  return answerOf(fetch(url, { headers: { Accept: "application/json" } }));
}

/** Returns the text of a download; throws with the server's own words. */
export async function getText(url) {
  const response = await fetch(url);
  if (response.ok) return response.text();
  return answerOf(Promise.resolve(response));
}

async function answerOf(request) {
  const response = await request;
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer?.success) {
    throw new Error(answer?.error?.message ?? `the server answered ${response.status}`);
  }
  return answer;
}
