/** Hosts of single-page apps answer any unknown path with their HTML page and status 200. */
export function isHtmlPage(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/html') ?? false;
}
