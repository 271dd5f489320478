/* Calls to the API; a refusal becomes an error whose text can be shown. */

/** Returns the answer of a GET; throws with the server's own words. */
export async function get(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  const answer = await response.json().catch(() => null);
  if (!response.ok || !answer?.success) {
    throw new Error(answer?.error?.message ?? `the server answered ${response.status}`);
  }
  return answer;
}
